"""Massive's REST: aggregates page by page, and snapshots."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

import httpx

from argo_core.adapters.vendor_path import Document, HttpLimits, Redacted, RequestMeter, VendorHttp
from argo_core.adapters.vendors.all_of import all_of
from argo_core.adapters.vendors.complete_bars import NEW_YORK, UTC_ZONE, Asked, Days
from argo_core.adapters.vendors.further_requests import FurtherRequests, Turn
from argo_core.adapters.vendors.massive_parse import (
    VENDOR,
    AggregatePage,
    meant,
    next_page,
    parse_bars,
    parse_page,
    parse_snapshots,
    to_massive,
)
from argo_core.adapters.vendors.refused_datum import Refusals, Sifted, sifted_alone
from argo_core.errors import SourceError
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.bars import Bars
from argo_core.model.last_price import LastPrice
from argo_core.model.rejection import Rejection
from argo_core.model.sessions import Sessions
from argo_core.model.timeframe import Timeframe
from argo_core.ports.clock import Clock

BASE_URL = "https://api.massive.com"
DELAYED_FEED = "delayed"
MOST_PAGES, MOST_ROWS, AT_ONCE = 200, 50_000, 200
_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))
_SNAPSHOTS = {AssetType.EQUITY: "us/markets/stocks", AssetType.CRYPTO: "global/markets/crypto"}


def massive_http(
    client: httpx.AsyncClient,
    key: str,
    clock: Clock,
    base_url: str = BASE_URL,
    limits: HttpLimits = HttpLimits(),
    meter: RequestMeter | None = None,
) -> VendorHttp:
    """HTTP with Massive; the key goes as a header, never in an address."""
    return VendorHttp(
        client,
        base_url,
        {"Authorization": f"Bearer {key}"},
        Redacted([key]),
        clock=clock,
        name=VENDOR,
        limits=limits,
        refusing=meant,
        meter=meter,
    )


class Massive:
    """A `MarketVendor`. `in_flight` bounds requests at a time; `call_seconds` a call with all its pages.

    `turn` is awaited before each request but a call's first.
    `feed` is what the plan delivers, for instance `realtime`; an answer that says it is delayed is told as `delayed`.
    """

    def __init__(
        self,
        http: VendorHttp,
        clock: Clock,
        *,
        feed: str = "realtime",
        sessions: Sessions | None = None,
        call_seconds: float = 30.0,
        in_flight: int = 5,
        turn: Turn | None = None,
    ) -> None:
        self._http, self._clock, self._feed, self._call_seconds = http, clock, feed, call_seconds
        self._slots, self._turn, self._refusals = asyncio.Semaphore(in_flight), turn, Refusals(VENDOR)
        self._reading = asyncio.Lock()
        self._stock_days, self._coin_days = Days(NEW_YORK, sessions), Days(UTC_ZONE)

    @property
    def name(self) -> str:
        return VENDOR

    @property
    def feed(self) -> str:
        return self._feed

    async def bars(
        self, symbols: Sequence[str], timeframe: Timeframe, start: datetime, end: datetime
    ) -> Mapping[str, Bars]:
        """As `MarketVendor` says; one request or more per symbol."""
        asked = Asked(timeframe, start, end, self._clock.now())
        if self._feed == DELAYED_FEED:
            asked = asked.delayed()
        wanted = list(dict.fromkeys(symbols))
        requests = FurtherRequests(self._turn, self._call_seconds)
        questions = [sifted_alone(symbol, self._bars(symbol, asked, requests)) for symbol in wanted]
        answers = await all_of(VENDOR, questions, within_seconds=self._call_seconds)
        return self._refusals.joined(answers, self._clock.now())

    async def last_prices(self, symbols: Sequence[str]) -> Mapping[str, LastPrice]:
        """As `MarketVendor` says; one request per kind of asset and 200 symbols. Needs a plan with snapshots."""
        parts = [
            (kind, names[place : place + AT_ONCE])
            for kind in _SNAPSHOTS
            if (names := [symbol for symbol in dict.fromkeys(symbols) if asset_type_of(symbol) is kind])
            for place in range(0, len(names), AT_ONCE)
        ]
        requests = FurtherRequests(self._turn, self._call_seconds)
        questions = [self._snapshots(kind, part, requests) for kind, part in parts]
        answers = await all_of(VENDOR, questions, within_seconds=self._call_seconds)
        return self._refusals.joined(answers, self._clock.now())

    def rejections(self) -> tuple[Rejection, ...]:
        """What was refused of single symbols since the last call."""
        return self._refusals.rejections()

    async def _snapshots(self, kind: AssetType, symbols: Sequence[str], requests: FurtherRequests) -> Sifted[LastPrice]:
        tickers = ",".join(to_massive(symbol) for symbol in symbols)
        async with self._slots:
            await requests.next()
            raw = await self._http.get_json(f"/v2/snapshot/locale/{_SNAPSHOTS[kind]}/tickers", {"tickers": tickers})
        return parse_snapshots(raw, symbols, self._clock.now(), self._feed)

    async def _bars(self, symbol: str, asked: Asked, requests: FurtherRequests) -> Bars | None:
        path, params = _first_page(symbol, asked)
        pages: list[AggregatePage] = []
        said_at: datetime | None = None
        seen: set[tuple[str, ...]] = set()
        while True:
            document = await self._page(path, params, requests)
            if document.status == 404:  # a ticker that the vendor does not know
                break
            async with self._reading:  # of several histories at once all rows would be held at once
                page, said_at = await asyncio.to_thread(parse_page, document), document.said_at
            pages.append(page)
            if page.next_url is None:
                break
            path, params = next_page(page.next_url)
            place = (path, *sorted(params.values()))
            if place in seen or len(pages) >= MOST_PAGES:
                raise SourceError("REFUSED_ANSWER", f"{VENDOR}: the pages of {symbol} do not end: ask for less at once")
            seen.add(place)
        days = self._coin_days if asset_type_of(symbol) is AssetType.CRYPTO else self._stock_days
        return await asyncio.to_thread(parse_bars, symbol, pages, asked.answered(said_at), days)

    async def _page(self, path: str, params: Mapping[str, str], requests: FurtherRequests) -> Document:
        async with self._slots:
            await requests.next()
            return await self._http.get(path, params, also=(404,))


def _first_page(symbol: str, asked: Asked) -> tuple[str, dict[str, str]]:
    size, unit = next((size, unit) for size, unit in _UNITS if asked.timeframe.seconds % size == 0)
    first, last = (int(moment.timestamp() * 1000) for moment in (asked.start, asked.end))
    span = f"range/{asked.timeframe.seconds // size}/{unit}/{first}/{last}"
    params = {"adjusted": "true", "sort": "asc", "limit": str(MOST_ROWS)}
    return f"/v2/aggs/ticker/{to_massive(symbol)}/{span}", params
