"""The newest price that a decision may rest on."""

from __future__ import annotations

from argo_core.model.order import Quote
from argo_core.model.signal import Signal


def decision_quote(signal: Signal, last: Quote | None) -> Quote:
    """The last mark if its bar began at or after the signal's market time, else the entry that the signal names."""
    if last is not None and last.as_of >= signal.as_of:
        return last
    return Quote(price=signal.entry_price, as_of=signal.as_of)
