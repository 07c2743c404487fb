"""Filters and windows over signals in memory, written out plainly: what the SQL ones are compared with."""

from __future__ import annotations

from datetime import datetime

import msgspec

from alpine_core.model.query import SignalQuery, Window
from alpine_core.model.signal import StoredSignal


def shown(stored: StoredSignal, window: Window) -> StoredSignal | None:
    """The signal as the window shows it, or None."""
    if not _open(stored, stored.received_at, window):
        return None
    if stored.resolved_at is None or _open(stored, stored.resolved_at, window):
        return stored
    return msgspec.structs.replace(stored, outcome=None, resolved_at=None)


def matches(stored: StoredSignal, query: SignalQuery) -> bool:
    """Whether every filter of the query lets the signal through."""
    fields, details = stored.verified.fields, stored.verified.details
    outcome = stored.outcome.outcome if stored.outcome is not None else "open"
    texts = (fields.signal_id, fields.symbol, fields.strategy, details.reasoning or "")
    checks = (
        query.symbol in {None, fields.symbol},
        query.action in {None, fields.action},
        query.regime in {None, details.regime},
        query.min_confidence is None or fields.confidence >= query.min_confidence,
        query.outcome in {None, outcome},
        query.search is None or any(_lower(query.search) in _lower(text) for text in texts),
        query.before is None or stored.cursor < query.before,
    )
    return all(checks)


def _open(stored: StoredSignal, at: datetime, window: Window) -> bool:
    live = window.live_below is not None and stored.verified.fields.confidence < window.live_below
    late_enough = window.until is None or live or at <= window.until
    return late_enough and (window.since is None or at >= window.since)


def _lower(text: str) -> str:
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)
