"""A market vendor over bars and prices held in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np

from argo_core.errors import SourceError
from argo_core.model.bars import Bars
from argo_core.model.instant import to_instant64
from argo_core.model.last_price import LastPrice
from argo_core.model.timeframe import Timeframe
from argo_core.ports.clock import Clock


class MemoryMarket:
    """Serves `history` (one timeframe each) and `prices`; `failure` is raised instead while it is set."""

    def __init__(self, history: Mapping[str, Bars], prices: Mapping[str, LastPrice], clock: Clock) -> None:
        self.history, self.prices, self._clock = dict(history), dict(prices), clock
        self.failure: SourceError | None = None
        self.calls = 0

    @property
    def name(self) -> str:
        return "memory"

    @property
    def feed(self) -> str:
        return "memory"

    async def bars(
        self, symbols: Sequence[str], timeframe: Timeframe, start: datetime, end: datetime
    ) -> Mapping[str, Bars]:
        self._called()
        now = self._clock.now()
        found: dict[str, Bars] = {}
        for symbol in symbols:
            held = self.history.get(symbol)
            if held is None or held.timeframe != timeframe:
                continue
            first = int(np.searchsorted(held.start, to_instant64(start), side="left"))
            last = len(held.first(int(np.searchsorted(held.start, to_instant64(end), side="left"))).until(now))
            if first < last:
                kept = slice(first, last)
                found[symbol] = Bars(symbol, timeframe, held.start[kept], held.end[kept], held.values[:, kept])
        return found

    async def last_prices(self, symbols: Sequence[str]) -> Mapping[str, LastPrice]:
        self._called()
        return {symbol: self.prices[symbol] for symbol in symbols if symbol in self.prices}

    def _called(self) -> None:
        self.calls += 1
        if self.failure is not None:
            raise self.failure
