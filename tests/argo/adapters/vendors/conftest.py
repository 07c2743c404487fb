"""The three market vendors over their peers, as wiring would build them, their clock standing still."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from argo_core.adapters.live.market_lines import SiftingVendor
from argo_core.adapters.vendor_path import HttpLimits
from argo_core.adapters.vendors.alpaca_data import AlpacaData, alpaca_http
from argo_core.adapters.vendors.massive import Massive, massive_http
from argo_core.adapters.vendors.yahoo import Yahoo
from argo_core.adapters.vendors.yfinance_charts import YfinanceCharts
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.sample_market import NOW
from tests.argo.adapters.vendors import market_peers
from tests.argo.adapters.vendors.market_peers import KEY, SECRET
from tests.argo.peers.http_peer import HttpPeer, serving

SECONDS = 20.0
"""More than a busy machine takes for an answer that comes."""
LIMITS = HttpLimits(connect_seconds=SECONDS, total_seconds=SECONDS)
VENDORS = ("alpaca", "massive", "yahoo")


@asynccontextmanager
async def vendor_at(name: str, url: str, seconds: float = SECONDS) -> AsyncIterator[SiftingVendor]:
    """A vendor whose base URL is `url`; each request ends within `seconds`."""
    clock = FixedClock(NOW)
    limits = HttpLimits(connect_seconds=seconds, total_seconds=seconds)
    async with httpx.AsyncClient() as client:
        if name == "alpaca":
            alpaca = AlpacaData(alpaca_http(client, KEY, SECRET, clock, url, limits), clock)
            try:
                yield alpaca
            finally:
                alpaca.close()
        elif name == "massive":
            yield Massive(massive_http(client, KEY, clock, url, limits), clock)
        else:
            charts = YfinanceCharts(time.monotonic, url)
            yahoo = Yahoo(charts, clock, request_seconds=seconds)
            try:
                yield yahoo
            finally:
                yahoo.close()
                charts.close()


@pytest.fixture
async def alpaca_peer() -> AsyncIterator[HttpPeer]:
    async with serving(market_peers.alpaca) as peer:
        yield peer


@pytest.fixture
async def massive_peer() -> AsyncIterator[HttpPeer]:
    async with serving(market_peers.massive) as peer:
        yield peer


@pytest.fixture
async def yahoo_peer() -> AsyncIterator[HttpPeer]:
    async with serving(market_peers.yahoo) as peer:
        yield peer
