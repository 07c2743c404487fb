"""Filters and windows over signals in memory, written out plainly: what the SQL ones are compared with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from alpine_core.model.query import Page, SignalQuery, Sort, Window
from alpine_core.model.signal import StoredSignal

_ORDERS: Mapping[Sort, Callable[[StoredSignal], Any]] = {
    "newest": lambda stored: -stored.cursor,
    "oldest": lambda stored: stored.cursor,
    "confidence": lambda stored: -stored.verified.fields.confidence,
    "symbol": lambda stored: stored.verified.fields.symbol,
    "result": lambda stored: -_result(stored),
}


def page_of(newest_first: Sequence[StoredSignal], query: SignalQuery) -> Page[StoredSignal]:
    """The page of what is shown that the query asks for."""
    found = sorted((one for one in newest_first if matches(one, query)), key=_ORDERS[query.sort])
    items = tuple(found[query.offset : query.offset + query.limit])
    if len(found) <= query.offset + query.limit:
        return Page(items=items, next_before=None)
    if query.sort == "newest":
        return Page(items=items, next_before=items[-1].cursor)
    return Page(items=items, next_before=None, next_offset=query.offset + query.limit)


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


def _result(stored: StoredSignal) -> float:
    """Signals without a result come last."""
    percent = None if stored.outcome is None else stored.outcome.profit_loss_pct
    return float("-inf") if percent is None else percent
