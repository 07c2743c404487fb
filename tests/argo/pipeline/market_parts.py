"""A vendor that a test drives, and bars and prices for it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from argo_core.errors import SourceError
from argo_core.model.bars import Bars
from argo_core.model.last_price import LastPrice
from argo_core.model.partial_answer import PartialAnswer
from argo_core.model.timeframe import Timeframe
from argo_core.pipeline.market_rules import MarketRules

NOON = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
QUARTER = Timeframe.parse("15Min")
RULES = MarketRules(timeframe=QUARTER, history=timedelta(days=3))


def rising(symbol: str, start: datetime, end: datetime, first: float = 100.0) -> Bars:
    """A complete bar for each quarter of an hour in [start, end), each close a cent above the last."""
    starts = np.arange(
        np.datetime64(start.replace(tzinfo=None), "us"),
        np.datetime64((end - timedelta(minutes=15)).replace(tzinfo=None), "us") + np.timedelta64(1, "us"),
        np.timedelta64(15, "m"),
    )
    close = first + 0.01 * np.arange(len(starts))
    return Bars.of(symbol, QUARTER, starts, np.array([close, close + 0.5, close - 0.5, close, close * 0 + 1000.0]))


class DrivenVendor:
    """`ports.MarketVendor`: answers from what a test gives it, waits for `gate`, fails with `failure`.

    Questions that hold a symbol of `failures` fail with that, such that hold one of `hanging` wait for `open_up`. Of a
    symbol of `unanswered` it says that it could not be asked. After so many questions about bars as `slow_after` says
    it closes the gate itself."""

    def __init__(self, name: str, feed: str = "test") -> None:
        self.name, self.feed = name, feed
        self.gate, self.failure = asyncio.Event(), None if name else SourceError("VENDOR_ERROR", "no name")
        self.gate.set()
        self.failures: dict[str, SourceError] = {}
        self.hanging: set[str] = set()
        self.unanswered: dict[str, SourceError] = {}
        self._opened = asyncio.Event()
        self.prices: dict[str, LastPrice] = {}
        self.history: dict[str, Bars] = {}
        self.asked: list[tuple[tuple[str, ...], datetime, datetime]] = []
        self.price_asked: list[tuple[str, ...]] = []
        self.slow_after: int | None = None

    @property
    def price_calls(self) -> int:
        """How often prices were asked for."""
        return len(self.price_asked)

    def open_up(self) -> None:
        """Nothing hangs any more."""
        self.hanging.clear()
        self._opened.set()

    def tell(self, symbol: str, price: float, at: datetime, received_at: datetime | None = None) -> None:
        """From now on the newest price."""
        self.prices[symbol] = LastPrice(
            symbol=symbol, price=price, at=at, received_at=received_at or at, feed=self.feed
        )

    async def bars(
        self, symbols: Sequence[str], timeframe: Timeframe, start: datetime, end: datetime
    ) -> Mapping[str, Bars]:
        """The part of the history in [start, end)."""
        self.asked.append((tuple(symbols), start, end))
        await self._answer(symbols)
        return {symbol: part for symbol in symbols if len(part := self._between(symbol, start, end))}

    async def last_prices(self, symbols: Sequence[str]) -> Mapping[str, LastPrice]:
        """Those that were told."""
        self.price_asked.append(tuple(symbols))
        await self._answer(symbols)
        failed = {symbol: error for symbol, error in self.unanswered.items() if symbol in symbols}
        told = {symbol: self.prices[symbol] for symbol in symbols if symbol in self.prices.keys() - failed.keys()}
        return PartialAnswer(told, failed) if failed else told

    async def _answer(self, symbols: Sequence[str]) -> None:
        if self.slow_after is not None and len(self.asked) > self.slow_after:
            self.gate.clear()
            self.slow_after = None
        await self.gate.wait()
        if self.hanging & set(symbols):
            await self._opened.wait()
        for symbol in symbols:
            if symbol in self.failures:
                raise self.failures[symbol]
        if self.failure is not None:
            raise self.failure

    def _between(self, symbol: str, start: datetime, end: datetime) -> Bars:
        bars = self.history.get(symbol) or Bars.empty(symbol, QUARTER.name)
        begin, stop = (np.datetime64(each.replace(tzinfo=None), "us") for each in (start, end))
        rows = np.flatnonzero((bars.start >= begin) & (bars.start < stop) & (bars.end <= stop))
        return Bars.of(symbol, QUARTER, bars.start[rows], bars.values[:, rows], bars.end[rows])
