"""The vendors of bars and prices, each behind its own path, under its source's name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from argo_core.adapters.live.limited import Limited
from argo_core.adapters.live.vendor_tools import VendorTools
from argo_core.adapters.vendor_path import VendorPath
from argo_core.adapters.vendor_path.cached_vendor import CachedVendor, Portions
from argo_core.adapters.vendors import alpaca_data, massive, yfinance_charts
from argo_core.adapters.vendors.yahoo import Yahoo
from argo_core.errors import DataError
from argo_core.model.sessions import Sessions
from argo_core.pipeline.rejection_log import Refusing
from argo_core.ports.market_vendor import MarketVendor

CALL_SECONDS, PATH_SECONDS = 30.0, 35.0
ASKING_SECONDS = 4.0
BURST_CALLS, YAHOO_AT_ONCE = 20, 12


class SiftingVendor(MarketVendor, Refusing, Protocol):
    """A vendor that refuses one symbol's datum and answers with the rest."""


@dataclass(frozen=True, slots=True)
class MarketLine:
    """A market vendor with its path, whose statistics tell how it is doing, the limit on its calls, and what of its
    answers was refused."""

    vendor: MarketVendor
    path: VendorPath
    budget: Limited
    refusing: Refusing


@asynccontextmanager
async def open_alpaca(
    tools: VendorTools, source: str, *, key: str, secret: str, url: str, feed: str, calls_per_minute: float
) -> AsyncIterator[MarketLine]:
    """Alpaca's market data. `url` "" is the vendor's own address. Raises ConfigError."""
    budget, address = tools.shared.budget(source, calls_per_minute / 60.0, BURST_CALLS), url or alpaca_data.BASE_URL
    path = tools.path(source, budget, PATH_SECONDS, [feed, address])
    http = alpaca_data.alpaca_http(tools.client, key, secret, tools.clock, address, meter=path.meter)
    vendor = alpaca_data.AlpacaData(
        http, tools.clock, feed=feed, sessions=tools.sessions, call_seconds=CALL_SECONDS, turn=path.turn
    )
    try:
        async with _line(tools, vendor, path, budget, Portions()) as line:
            yield line
    finally:
        vendor.close()


def massive_burst(calls_per_second: float) -> int:
    """How many calls may come at once: two seconds' worth."""
    return max(int(2 * calls_per_second), 1)


@asynccontextmanager
async def open_massive(
    tools: VendorTools, source: str, *, key: str, url: str, feed: str, calls_per_second: float
) -> AsyncIterator[MarketLine]:
    """Massive's REST. Raises ConfigError."""
    budget = tools.shared.budget(source, calls_per_second, massive_burst(calls_per_second))
    address = url or massive.BASE_URL
    path = tools.path(source, budget, PATH_SECONDS, [feed, address])
    http = massive.massive_http(tools.client, key, tools.clock, address, meter=path.meter)
    vendor = massive.Massive(
        http, tools.clock, feed=feed, sessions=tools.sessions, call_seconds=CALL_SECONDS, turn=path.turn
    )
    each = _one_by_one(calls_per_second)
    async with _line(tools, vendor, path, budget, Portions(history=each, tail=each)) as line:
        yield line


@asynccontextmanager
async def open_yahoo(
    tools: VendorTools, source: str, *, url: str, calls_per_second: float
) -> AsyncIterator[MarketLine]:
    """Yahoo's charts through yfinance. Raises ConfigError."""
    budget, address = tools.shared.budget(source, calls_per_second, BURST_CALLS), url or yfinance_charts.BASE_URL
    path = tools.path(source, budget, PATH_SECONDS, [address])
    charts = yfinance_charts.YfinanceCharts(tools.shared.ticks, address, path.meter)
    vendor = Yahoo(
        charts,
        tools.clock,
        sessions=tools.sessions,
        call_seconds=CALL_SECONDS,
        threads=YAHOO_AT_ONCE,
        turn=path.turn,
    )
    each = _one_by_one(calls_per_second)
    portions = Portions(history=each, tail=each, prices=each, bars_at_once=1, prices_at_once=2)
    try:
        async with _line(tools, vendor, path, budget, portions) as line:
            yield line
    finally:
        vendor.close()
        charts.close()


@asynccontextmanager
async def _line(
    tools: VendorTools, vendor: SiftingVendor, path: VendorPath, budget: Limited, portions: Portions
) -> AsyncIterator[MarketLine]:
    cached = CachedVendor(
        vendor, path, tools.moves.rules, lambda at: _open(tools.sessions, at), tools.clock, tools.moves, portions
    )
    try:
        yield MarketLine(cached, path, budget, vendor)
    finally:
        await cached.close()
        await path.close()


def _one_by_one(calls_per_second: float) -> int:
    """Symbols of a question that costs a request for each: so many that it takes some seconds at this rate."""
    return min(max(int(calls_per_second * ASKING_SECONDS), 1), Portions().history)


def _open(sessions: Sessions, at: datetime) -> bool:
    """Outside the loaded calendar the exchange counts as closed: answers then live longer, no more."""
    try:
        return sessions.is_open(at)
    except DataError:
        return False
