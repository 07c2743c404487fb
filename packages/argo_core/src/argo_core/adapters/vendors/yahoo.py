"""Yahoo's charts: history and the price of the moment. Unofficial: a last resort, never the only price of an order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Protocol, TypeVar

from argo_core.adapters.vendor_path import Document, Redacted
from argo_core.adapters.vendor_path.refusals import refusal_of
from argo_core.adapters.vendors.all_of import all_of
from argo_core.adapters.vendors.complete_bars import NEW_YORK, UTC_ZONE, Asked, Days
from argo_core.adapters.vendors.further_requests import FurtherRequests, Turn
from argo_core.adapters.vendors.refused_datum import Refusals, sifted_alone
from argo_core.adapters.vendors.yahoo_parse import VENDOR, interval_of, meant, parse_chart, parse_price, to_yahoo
from argo_core.errors import SourceError
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.bars import Bars
from argo_core.model.last_price import LastPrice
from argo_core.model.rejection import Rejection
from argo_core.model.sessions import Sessions
from argo_core.model.timeframe import Timeframe
from argo_core.ports.clock import Clock

T = TypeVar("T")


class ChartFetcher(Protocol):
    """Promise: the vendor's answer within `seconds`, whatever its status. Blocks; several threads at a time.
    Raises SourceError TIMEOUT, RATE_LIMITED, VENDOR_ERROR."""

    def fetch(self, symbol: str, query: Mapping[str, str], seconds: float) -> Document: ...


class Yahoo:
    """A `MarketVendor`; one request per symbol, `threads` at a time. `turn` is awaited before each request but a
    call's first. Close it."""

    def __init__(
        self,
        charts: ChartFetcher,
        clock: Clock,
        *,
        sessions: Sessions | None = None,
        call_seconds: float = 30.0,
        request_seconds: float = 10.0,
        threads: int = 2,
        turn: Turn | None = None,
    ) -> None:
        self._charts, self._clock, self._turn, self._refusals = charts, clock, turn, Refusals(VENDOR)
        self._call_seconds, self._request_seconds = call_seconds, request_seconds
        self._stock_days, self._coin_days = Days(NEW_YORK, sessions), Days(UTC_ZONE)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="yahoo")

    @property
    def name(self) -> str:
        return VENDOR

    @property
    def feed(self) -> str:
        return VENDOR

    def rejections(self) -> tuple[Rejection, ...]:
        """What was refused of single symbols since the last call."""
        return self._refusals.rejections()

    def close(self) -> None:
        """Let the threads end, each by its request's deadline."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def bars(
        self, symbols: Sequence[str], timeframe: Timeframe, start: datetime, end: datetime
    ) -> Mapping[str, Bars]:
        """As `MarketVendor` says. One minute reaches back a week, up to half an hour 60 days, an hour two years."""
        asked = Asked(timeframe, start, end, self._clock.now())
        query = {
            "period1": str(int(start.timestamp())),
            "period2": str(int(end.timestamp())),
            "interval": interval_of(timeframe),
            "includePrePost": "false",
        }

        def parse(document: Document, symbol: str) -> Bars | None:
            days = self._coin_days if asset_type_of(symbol) is AssetType.CRYPTO else self._stock_days
            return parse_chart(document.json(), symbol, asked.answered(document.said_at), days)

        return await self._gathered(symbols, query, parse)

    async def last_prices(self, symbols: Sequence[str]) -> Mapping[str, LastPrice]:
        """As `MarketVendor` says."""
        query = {"range": "1d", "interval": "1d", "includePrePost": "false"}
        return await self._gathered(
            symbols, query, lambda document, symbol: parse_price(document.json(), symbol, self._clock.now(), VENDOR)
        )

    async def _gathered(
        self, symbols: Sequence[str], query: Mapping[str, str], parse: Callable[[Document, str], T | None]
    ) -> dict[str, T]:
        requests = FurtherRequests(self._turn, self._call_seconds)

        def read(symbol: str) -> T | None:
            document = self._charts.fetch(to_yahoo(symbol), query, self._request_seconds)
            return None if document.status == 404 else parse(self._checked(document), symbol)

        async def one(symbol: str) -> T | None:
            await requests.next()
            return await asyncio.get_running_loop().run_in_executor(self._threads, read, symbol)

        questions = [sifted_alone(symbol, one(symbol)) for symbol in dict.fromkeys(symbols)]
        answers = await all_of(VENDOR, questions, within_seconds=self._call_seconds)
        return self._refusals.joined(answers, self._clock.now())

    def _checked(self, document: Document) -> Document:
        error = meant(document)
        if error is not None:
            raise error
        if document.status in (401, 403):  # no key is involved: the cookie or the crumb has run out
            raise SourceError("VENDOR_ERROR", f"{VENDOR} answered {document.status}: it turns us away for now")
        if document.status != 200:
            raise refusal_of(VENDOR, document, Redacted(), self._clock.now())
        return document
