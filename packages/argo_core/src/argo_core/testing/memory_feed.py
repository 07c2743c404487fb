"""A market feed over bars held in memory, at instants given beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from argo_core.errors import DataError, FeedExhausted
from argo_core.model.bars import Bars
from argo_core.model.market_view import MarketView
from argo_core.model.origin import Origin


class MemoryFeed:
    """One view per instant, in order."""

    def __init__(self, history: Mapping[str, Bars], instants: Sequence[datetime]) -> None:
        self._history, self._instants, self._next = dict(history), tuple(instants), 0

    @property
    def origin(self) -> Origin:
        return Origin(name="memory", description="bars held in memory", replayed=True)

    async def view(self, symbols: Sequence[str]) -> MarketView:
        missing = [symbol for symbol in symbols if symbol not in self._history]
        if missing:
            raise DataError("unknown_symbol", f"not in memory: {', '.join(missing)}")
        if self._next >= len(self._instants):
            raise FeedExhausted("the instants given to this feed are used up")
        self._next += 1
        return MarketView.of([self._history[symbol] for symbol in symbols], self._instants[self._next - 1])
