"""Alpaca's market data: history and last trades of shares and coins, through alpaca-py over our HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Protocol, TypeVar

import httpx

from argo_core.adapters.alpaca.symbol_forms import to_alpaca
from argo_core.adapters.vendor_path import HttpLimits, Redacted, RequestMeter, VendorHttp
from argo_core.adapters.vendors.all_of import all_of
from argo_core.adapters.vendors.alpaca_client import (
    Adjustment,
    Bridge,
    CryptoBarsRequest,
    CryptoClient,
    CryptoFeed,
    CryptoLatestTradeRequest,
    DataFeed,
    StockBarsRequest,
    StockClient,
    StockLatestTradeRequest,
    TimeFrame,
    TimeFrameUnit,
    UnknownSymbols,
)
from argo_core.adapters.vendors.alpaca_data_parse import VENDOR, meant, parse_bars, parse_last_trades
from argo_core.adapters.vendors.complete_bars import CHICAGO, NEW_YORK, Asked, Days
from argo_core.adapters.vendors.further_requests import FurtherRequests, Turn
from argo_core.adapters.vendors.refused_datum import Refusals, Sifted
from argo_core.errors import ConfigError, SourceError
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.bars import Bars
from argo_core.model.last_price import LastPrice
from argo_core.model.rejection import Rejection
from argo_core.model.sessions import Sessions
from argo_core.model.timeframe import Timeframe
from argo_core.ports.clock import Clock

T = TypeVar("T")
BASE_URL = "https://data.alpaca.markets"
AT_ONCE = 200
CRYPTO_FEED = "crypto_us"
_UNITS = {"Min": TimeFrameUnit.Minute, "Hour": TimeFrameUnit.Hour, "Day": TimeFrameUnit.Day}
_UNREADABLE = (ValueError, TypeError, AttributeError, KeyError)


def alpaca_http(
    client: httpx.AsyncClient,
    key_id: str,
    secret: str,
    clock: Clock,
    base_url: str = BASE_URL,
    limits: HttpLimits = HttpLimits(),
    meter: RequestMeter | None = None,
) -> VendorHttp:
    """HTTP with Alpaca's market data."""
    headers = {"APCA-API-KEY-ID": key_id, "APCA-API-SECRET-KEY": secret}
    return VendorHttp(
        client,
        base_url,
        headers,
        Redacted([key_id, secret]),
        clock=clock,
        name=VENDOR,
        limits=limits,
        refusing=meant,
        meter=meter,
    )


class Parse(Protocol[T]):
    """An answer of the client, and the vendor's time then → values by symbol."""

    def __call__(self, raw: object, said_at: datetime | None, part: Sequence[str], kind: AssetType) -> Sifted[T]: ...


class AlpacaData:
    """A `MarketVendor`. `feed`: `iex` is what a free key includes; prices are adjusted for splits.

    `call_seconds` bounds a call with all its pages; `turn` is awaited before each request but a call's first.
    Close it: it holds threads, in which alpaca-py pages.
    """

    def __init__(
        self,
        http: VendorHttp,
        clock: Clock,
        *,
        feed: str = "iex",
        sessions: Sessions | None = None,
        call_seconds: float = 30.0,
        threads: int = 4,
        turn: Turn | None = None,
    ) -> None:
        """Raises ConfigError for a feed that Alpaca has not."""
        if feed not in {each.value for each in DataFeed}:
            raise ConfigError(f"alpaca has no feed {feed!r}: use one of {', '.join(each.value for each in DataFeed)}")
        self._http, self._clock, self._feed, self._call_seconds = http, clock, DataFeed(feed), call_seconds
        self._stock_days, self._coin_days = Days(NEW_YORK, sessions), Days(CHICAGO)
        self._turn, self._refusals = turn, Refusals(VENDOR)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="alpaca-data")

    @property
    def name(self) -> str:
        return VENDOR

    @property
    def feed(self) -> str:
        return str(self._feed.value)

    def rejections(self) -> tuple[Rejection, ...]:
        """What was refused of single symbols since the last call."""
        return self._refusals.rejections()

    def close(self) -> None:
        """Let the threads end; what they wait for is given up by their callers."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def bars(
        self, symbols: Sequence[str], timeframe: Timeframe, start: datetime, end: datetime
    ) -> Mapping[str, Bars]:
        """As `MarketVendor` says."""
        coins_asked = Asked(timeframe, start, end, self._clock.now())
        shares_asked, history = coins_asked, self._feed
        if self._feed is DataFeed.DELAYED_SIP:  # a feed of last trades only: its history is the sip's, a plan later
            shares_asked, history = coins_asked.delayed(), DataFeed.SIP
        until = min(end, shares_asked.complete_by)
        if until <= start:
            symbols = [symbol for symbol in symbols if asset_type_of(symbol) is AssetType.CRYPTO]
        frame = _frame(timeframe)

        def shares(bridge: Bridge, names: list[str]) -> object:
            request = StockBarsRequest(
                symbol_or_symbols=names, timeframe=frame, start=start, end=until, feed=history,
                adjustment=Adjustment.SPLIT,
            )  # fmt: skip
            return StockClient(bridge).get_stock_bars(request)

        def coins(bridge: Bridge, names: list[str]) -> object:
            request = CryptoBarsRequest(symbol_or_symbols=names, timeframe=frame, start=start, end=end)
            return CryptoClient(bridge).get_crypto_bars(request, CryptoFeed.US)

        def parse(raw: object, said_at: datetime | None, part: Sequence[str], kind: AssetType) -> Sifted[Bars]:
            if kind is AssetType.CRYPTO:
                return parse_bars(raw, part, coins_asked.answered(said_at), self._coin_days)
            return parse_bars(raw, part, shares_asked.answered(said_at), self._stock_days)

        return await self._gathered(symbols, {AssetType.EQUITY: shares, AssetType.CRYPTO: coins}, parse)

    async def last_prices(self, symbols: Sequence[str]) -> Mapping[str, LastPrice]:
        """As `MarketVendor` says: the last trade that forms a price."""

        def shares(bridge: Bridge, names: list[str]) -> object:
            request = StockLatestTradeRequest(symbol_or_symbols=names, feed=self._feed)
            return StockClient(bridge).get_stock_latest_trade(request)

        def coins(bridge: Bridge, names: list[str]) -> object:
            request = CryptoLatestTradeRequest(symbol_or_symbols=names)
            return CryptoClient(bridge).get_crypto_latest_trade(request, CryptoFeed.US)

        def parse(raw: object, said_at: datetime | None, part: Sequence[str], kind: AssetType) -> Sifted[LastPrice]:
            feed = CRYPTO_FEED if kind is AssetType.CRYPTO else self.feed
            return parse_last_trades(raw, part, self._clock.now(), feed)

        return await self._gathered(symbols, {AssetType.EQUITY: shares, AssetType.CRYPTO: coins}, parse)

    async def _gathered(
        self,
        symbols: Sequence[str],
        questions: Mapping[AssetType, Callable[[Bridge, list[str]], object]],
        parse: Parse[T],
    ) -> dict[str, T]:
        requests = FurtherRequests(self._turn, self._call_seconds)

        async def answered(kind: AssetType, part: Sequence[str]) -> Sifted[T]:
            left = list(part)
            while left:
                try:
                    return await self._asked(questions[kind], left, requests, partial(parse, part=left, kind=kind))
                except UnknownSymbols as error:  # it names at least one of those asked, so this ends
                    left = [symbol for symbol in left if symbol not in error.symbols]
            return Sifted({})

        parts = [
            (kind, names[place : place + AT_ONCE])
            for kind in questions
            if (names := [symbol for symbol in dict.fromkeys(symbols) if asset_type_of(symbol) is kind])
            for place in range(0, len(names), AT_ONCE)
        ]
        answers = await all_of(
            VENDOR, [answered(kind, part) for kind, part in parts], within_seconds=self._call_seconds
        )
        return self._refusals.joined(answers, self._clock.now())

    async def _asked(
        self,
        question: Callable[[Bridge, list[str]], object],
        symbols: Sequence[str],
        requests: FurtherRequests,
        parse: Callable[[object, datetime | None], Sifted[T]],
    ) -> Sifted[T]:
        """Asked and read in a thread: a long history takes a second to read."""
        loop = asyncio.get_running_loop()
        bridge = Bridge(self._http, loop, symbols, requests)
        names = [to_alpaca(symbol) for symbol in symbols]

        def read() -> Sifted[T]:
            raw = _read(question, bridge, names)
            return parse(raw, bridge.said_at)

        try:
            return await loop.run_in_executor(self._threads, read)
        finally:
            bridge.close()


def _read(question: Callable[[Bridge, list[str]], object], bridge: Bridge, names: list[str]) -> object:
    try:
        return question(bridge, names)
    except _UNREADABLE as error:
        raise SourceError(
            "REFUSED_ANSWER", f"{VENDOR}: alpaca-py cannot read the answer ({type(error).__name__})"
        ) from error


def _frame(timeframe: Timeframe) -> TimeFrame:
    unit = next(name for name in _UNITS if timeframe.name.endswith(name))
    try:
        return TimeFrame(int(timeframe.name.removesuffix(unit)), _UNITS[unit])
    except ValueError as error:
        raise SourceError(
            "VENDOR_ERROR", f"{VENDOR} has no bars of {timeframe.name}: {error}", permanent=True
        ) from error
