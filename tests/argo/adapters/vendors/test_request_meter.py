"""What is counted and timed is what a vendor was sent, whatever our own limit does before."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import httpx
import pytest

from argo_core.adapters.vendor_path import RequestMeter
from argo_core.adapters.vendors.alpaca_data import AlpacaData, alpaca_http
from argo_core.adapters.vendors.massive import Massive, massive_http
from argo_core.adapters.vendors.yahoo import Yahoo
from argo_core.adapters.vendors.yfinance_charts import YfinanceCharts
from argo_core.errors import SourceError
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.sample_market import HOUR, NOW
from tests.argo.adapters.vendors.market_peers import KEY, SECRET
from tests.argo.peers.http_peer import HttpPeer, Reply

CLOCK = FixedClock(NOW)
START = NOW - timedelta(days=3)
SYMBOLS = ["AAPL", "BRK.B", "BTC-USD"]
TURN_SECONDS = 0.05


async def slow_turn(_within_seconds: float) -> None:
    await asyncio.sleep(TURN_SECONDS)


@pytest.mark.parametrize("name", ["alpaca", "massive", "yahoo"])
async def test_each_request_counts_and_our_own_waiting_is_no_latency(
    name: str, alpaca_peer: HttpPeer, massive_peer: HttpPeer, yahoo_peer: HttpPeer
) -> None:
    meter = RequestMeter(time.monotonic)
    async with httpx.AsyncClient() as client:
        if name == "alpaca":
            peer, http = alpaca_peer, alpaca_http(client, KEY, SECRET, CLOCK, alpaca_peer.url, meter=meter)
            alpaca = AlpacaData(http, CLOCK, turn=slow_turn)
            await alpaca.bars(SYMBOLS, HOUR, START, NOW)
            alpaca.close()
        elif name == "massive":
            peer, http = massive_peer, massive_http(client, KEY, CLOCK, massive_peer.url, meter=meter)
            await Massive(http, CLOCK, turn=slow_turn).bars(SYMBOLS, HOUR, START, NOW)
        else:
            peer, charts = yahoo_peer, YfinanceCharts(time.monotonic, yahoo_peer.url, meter)
            yahoo = Yahoo(charts, CLOCK, turn=slow_turn)
            await yahoo.bars(SYMBOLS, HOUR, START, NOW)
            yahoo.close()
            charts.close()
    assert meter.sent == len(peer.requests) == len(meter.latencies_ms) >= 5
    if name == "alpaca":  # its pages come one after the other: a call takes as long as all its turns
        assert sorted(meter.latencies_ms)[len(meter.latencies_ms) // 2] < TURN_SECONDS * 1000.0


async def test_what_alpaca_says_is_left_is_known(alpaca_peer: HttpPeer) -> None:
    meter = RequestMeter(time.monotonic)
    alpaca_peer.fault = Reply({"message": "too many"}, 429, headers=("X-RateLimit-Remaining: 0",)).answering()
    async with httpx.AsyncClient() as client:
        http = alpaca_http(client, KEY, SECRET, CLOCK, alpaca_peer.url, meter=meter)
        with pytest.raises(SourceError, match="429"):
            await http.get("/v2/stocks/trades/latest")
    assert (meter.sent, meter.left) == (1, 0)
