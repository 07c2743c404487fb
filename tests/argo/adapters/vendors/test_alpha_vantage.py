"""Alpha Vantage's three calls a symbol: what is asked, what is saved, and what the budget is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import numpy as np
import pytest

from argo_core.adapters.vendors.alpha_vantage import AlphaVantage, alpha_vantage_http
from argo_core.errors import ConfigError, SourceError
from argo_core.model.sessions import Sessions
from argo_core.model.timeframe import Timeframe
from argo_core.testing.fixed_clock import FixedClock
from tests.argo.adapters.vendors.conftest import LIMITS
from tests.argo.adapters.vendors.market_peers import KEY
from tests.argo.adapters.vendors.payloads import payload
from tests.argo.peers.http_peer import HttpPeer, Reply, Request, serving

AFTER = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)


@pytest.fixture
async def peer() -> AsyncIterator[HttpPeer]:
    def replying(request: Request) -> Reply:
        if request.query["symbol"] != "IBM":
            return Reply({})
        return Reply(payload(f"alpha_vantage/{request.query['function'].lower()}"))

    async with serving(replying) as peer:
        yield peer


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as client:
        yield client


def vendor_at(client: httpx.AsyncClient, url: str, **settings: Any) -> AlphaVantage:
    clock = FixedClock(AFTER)
    return AlphaVantage(alpha_vantage_http(client, KEY, clock, url, LIMITS), KEY, clock, **settings)


async def test_three_questions_make_the_readings_of_one_symbol(client: httpx.AsyncClient, peer: HttpPeer) -> None:
    readings = await vendor_at(client, peer.url).readings("IBM")
    assert readings is not None
    assert (readings.rsi, readings.macd, readings.macd_signal, readings.sma) == (62.34, 1.2345, 0.9876, 301.221)
    assert [request.query for request in peer.requests] == [
        {"function": "RSI", "symbol": "IBM", "interval": "daily", "series_type": "close", "time_period": "14",
         "apikey": KEY},
        {"function": "MACD", "symbol": "IBM", "interval": "daily", "series_type": "close", "fastperiod": "12",
         "slowperiod": "26", "signalperiod": "9", "apikey": KEY},
        {"function": "SMA", "symbol": "IBM", "interval": "daily", "series_type": "close", "time_period": "20",
         "apikey": KEY},
    ]  # fmt: skip


async def test_a_symbol_without_readings_costs_one_call(client: httpx.AsyncClient, peer: HttpPeer) -> None:
    assert await vendor_at(client, peer.url).readings("NOSUCH") is None
    assert len(peer.requests) == 1


async def test_the_budget_is_asked_before_each_call_but_the_first(client: httpx.AsyncClient, peer: HttpPeer) -> None:
    seen: list[int] = []
    left: list[float] = []

    async def turn(within_seconds: float) -> None:
        seen.append(len(peer.requests))
        left.append(within_seconds)

    await vendor_at(client, peer.url, turn=turn, call_seconds=7.0).readings("IBM")
    assert seen == [1, 2]
    assert 7.0 > left[0] > left[1] > 3.0, "a turn has the time that is left of its call"


async def test_a_budget_without_a_turn_ends_the_call(client: httpx.AsyncClient, peer: HttpPeer) -> None:
    async def turn(_within_seconds: float) -> None:
        raise SourceError("RATE_LIMITED", "the day's calls are used up")

    with pytest.raises(SourceError, match="used up"):
        await vendor_at(client, peer.url, turn=turn).readings("IBM")
    assert len(peer.requests) == 1


async def test_the_free_keys_quota_is_told(client: httpx.AsyncClient) -> None:
    vendor = vendor_at(client, "http://127.0.0.1:1")
    assert (vendor.daily_quota, vendor.calls_per_symbol) == (25, 3)
    assert vendor_at(client, "http://127.0.0.1:1", daily_quota=None).daily_quota is None


async def test_a_timeframe_that_the_vendor_has_not_is_the_operators_mistake(client: httpx.AsyncClient) -> None:
    with pytest.raises(ConfigError, match="no indicators of 2Min"):
        vendor_at(client, "http://127.0.0.1:1", timeframe=Timeframe.parse("2Min"))


@pytest.mark.parametrize(
    ("symbol", "now", "known"),
    [
        ("IBM", datetime(2026, 11, 20, 21, 0, 5, tzinfo=UTC), True),
        ("BTC-USD", datetime(2026, 11, 20, 21, 0, 5, tzinfo=UTC), False),
        ("BTC-USD", datetime(2026, 11, 21, 5, 0, tzinfo=UTC), True),
    ],
)
async def test_a_coins_day_does_not_end_with_the_stock_exchanges(
    client: httpx.AsyncClient, symbol: str, now: datetime, known: bool
) -> None:
    figures = {"RSI": "50", "MACD": "1", "MACD_Signal": "1", "SMA": "3"}
    opens = np.array(["2026-11-20T14:30"], dtype="datetime64[us]")
    sessions = Sessions("XNYS", opens, np.array(["2026-11-20T21:00"], dtype="datetime64[us]"))

    def today(request: Request) -> Reply:
        return Reply({f"Technical Analysis: {request.query['function']}": {"2026-11-20": figures}})

    async with serving(today) as peer:
        clock = FixedClock(now)
        vendor = AlphaVantage(alpha_vantage_http(client, KEY, clock, peer.url, LIMITS), KEY, clock, sessions=sessions)
        assert (await vendor.readings(symbol) is not None) is known
