"""A stream that comes back after every break and brings what was missed.

Vendors replay nothing. After each connection the keeper asks the vendor's history for the bars since the last one that
it gave, that one included, since it may have been corrected; only then the pushed ones follow. A bar is given again
only if it differs.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Any

import msgspec

from argo_core.errors import SourceError
from argo_core.model.backoff import Backoff
from argo_core.model.bars import Bar, Bars
from argo_core.model.instant import from_instant64
from argo_core.model.stream_standing import StreamStanding
from argo_core.model.timeframe import Timeframe
from argo_core.ports.clock import Clock
from argo_core.ports.market_stream import MarketStream, News
from argo_core.ports.market_vendor import MarketVendor

MINUTE = Timeframe(seconds=60, name="1Min")
REMEMBERED = timedelta(hours=1)
PATIENCE = Backoff(first_seconds=1.0, longest_seconds=120.0)


class StreamKeeper:
    """One stream, followed by one reader. `chance` in [0, 1) spreads reconnections out."""

    def __init__(
        self,
        stream: MarketStream,
        history: MarketVendor,
        clock: Clock,
        *,
        sleep: Callable[[float], Awaitable[None]],
        chance: Callable[[], float],
        backoff: Backoff = PATIENCE,
    ) -> None:
        self._stream, self._history, self._clock = stream, history, clock
        self._sleep, self._chance, self._backoff = sleep, chance, backoff
        self._given: dict[str, dict[datetime, Bar]] = {}
        self._standing = StreamStanding()

    @property
    def standing(self) -> StreamStanding:
        return self._standing

    def fell(self, why: str) -> None:
        """Whoever reads it could not go on, and comes back."""
        self._now(connected=False, ended=False, failures=self._standing.failures + 1, last_error=why)

    async def events(self, symbols: Sequence[str], since: datetime | None = None) -> AsyncGenerator[News]:
        """Bars of a minute and prices, without end. `since`: the first connection begins with the bars from there.

        A failed back-fill ends the connection, so that no gap is passed over. Raises SourceError that is permanent.
        """
        self._now(ended=False)
        try:
            while True:
                try:
                    async with aclosing(self._connection(symbols, since)) as news:
                        async for each in news:
                            yield each
                except SourceError as error:
                    failures = self._standing.failures + 1
                    self._now(connected=False, failures=failures, last_error=str(error))
                    if error.permanent:
                        raise
                    await self._sleep(self._backoff.wait_seconds(failures, self._chance(), error.retry_after))
        finally:
            self._now(connected=False, ended=True)

    async def _connection(self, symbols: Sequence[str], since: datetime | None) -> AsyncGenerator[News]:
        async with self._stream.listening(symbols) as pushed:
            self._now(connected=True, connections=self._standing.connections + 1)
            for bar in await self._missed(symbols, since):
                self._now(backfilled=self._standing.backfilled + 1)
                yield bar
            async for each in pushed:
                self._now(failures=0, last_news_at=self._clock.now())
                if not isinstance(each, Bar) or self._is_new(each):
                    yield each
        raise SourceError("VENDOR_ERROR", "the stream ended: we come back")

    async def _missed(self, symbols: Sequence[str], since: datetime | None) -> list[Bar]:
        known = [max(bars) for symbol in symbols if (bars := self._given.get(symbol))]
        # Symbols differ in how often they trade: from the eldest of their newest bars, but not further than is kept.
        start = since if not known else max(min(known), max(known) - REMEMBERED)
        if start is None:
            return []
        history = await self._history.bars(symbols, MINUTE, start, self._clock.now())
        rows = sorted(_rows(history), key=lambda bar: (bar.start, bar.symbol))
        return [bar for bar in rows if self._is_new(bar)]

    def _is_new(self, bar: Bar) -> bool:
        """Whether the bar was not given in this form; from now on it was."""
        kept = self._given.setdefault(bar.symbol, {})
        if kept.get(bar.start) == bar:
            return False
        kept[bar.start] = bar
        newest = max(kept)
        for start in [start for start in kept if start < newest - REMEMBERED]:
            del kept[start]
        return True

    def _now(self, **changes: Any) -> None:
        self._standing = msgspec.structs.replace(self._standing, **changes)


def _rows(history: Mapping[str, Bars]) -> list[Bar]:
    return [
        Bar(
            symbol=symbol, timeframe=bars.timeframe.name, start=from_instant64(start), open=float(row[0]),
            high=float(row[1]), low=float(row[2]), close=float(row[3]), volume=float(row[4]),
        )
        for symbol, bars in history.items()
        for start, row in zip(bars.start, bars.values.T, strict=True)
    ]  # fmt: skip
