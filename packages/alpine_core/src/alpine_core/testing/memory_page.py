"""Filters and windows over signals in memory, written out plainly: what the SQL ones are compared with."""

from __future__ import annotations

from alpine_core.model.query import SignalQuery, Window
from alpine_core.model.signal import StoredSignal


def is_shown(stored: StoredSignal, window: Window) -> bool:
    """Whether the window shows the signal, and then its outcome."""
    if stored.seal is None and not window.unlogged:
        return False
    live = window.live_below is not None and stored.verified.fields.confidence < window.live_below
    disclosed = stored.outcome is not None or stored.reveal is not None
    shown = window.until is None or live or disclosed or stored.received_at <= window.until
    return shown and (window.since is None or stored.received_at >= window.since)


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


def _lower(text: str) -> str:
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)
