"""Open signals + later bars → outcomes."""

from __future__ import annotations

from collections.abc import Sequence

from argo_core.model.market_view import MarketView
from argo_core.model.outcome import Outcome
from argo_core.tracking import OpenBook, resolve


def resolve_open(book: OpenBook, view: MarketView) -> tuple[Outcome, ...]:
    """The outcomes that the bars of this view settle, oldest signal first. Symbols outside the view stay open."""
    bars = dict(zip(view.symbols, view.bars, strict=True))
    found = (resolve(signal, bars[signal.symbol], view.as_of) for signal in book.signals if signal.symbol in bars)
    return tuple(outcome for outcome in found if outcome is not None)


def watched(symbols: Sequence[str], book: OpenBook) -> tuple[str, ...]:
    """`symbols`, then those that are no longer among them but have an open signal: it must still find its outcome."""
    return tuple(dict.fromkeys([*symbols, *sorted(signal.symbol for signal in book.signals)]))
