"""More symbols than a vendor's limit allows in one call: what has come is kept, and the rest comes."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime

from argo_core.adapters.system_clock import SystemClock
from argo_core.adapters.vendor_path import Document, MemoryBudget, MemoryCache, VendorPath
from argo_core.adapters.vendor_path.cached_vendor import CachedVendor, Portions
from argo_core.adapters.vendor_path.parts_under_way import Patience
from argo_core.adapters.vendors.yahoo import Yahoo
from argo_core.model.last_price import LastPrice
from argo_core.sources.adaptive_ttl import AdaptiveTtl

SYMBOLS = [f"S{number:03d}" for number in range(120)]
RATE, CALL_SECONDS = 100.0, 0.6


class Charts:
    """Each symbol's price, at once."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def fetch(self, symbol: str, query: Mapping[str, str], seconds: float) -> Document:
        self.asked.append(symbol)
        meta = {"symbol": symbol, "regularMarketPrice": 100.0, "regularMarketTime": int(datetime.now(UTC).timestamp())}
        chart = {
            "meta": {**meta, "currency": "USD", "instrumentType": "EQUITY", "dataGranularity": "1d"},
            "indicators": {"quote": [{}]},
        }
        return Document(200, {}, json.dumps({"chart": {"result": [chart], "error": None}}).encode())


async def test_a_refresh_of_more_symbols_than_a_call_has_time_for_keeps_what_came() -> None:
    clock, charts = SystemClock(), Charts()
    budget = MemoryBudget("yfinance", rate_per_second=RATE, burst=10, ticks=time.monotonic)
    path = VendorPath(
        "yfinance", cache=MemoryCache(clock, time.monotonic), budget=budget, clock=clock, ticks=time.monotonic,
        jitter=lambda: 0.5,
    )  # fmt: skip
    yahoo = Yahoo(charts, clock, call_seconds=CALL_SECONDS, threads=4, turn=path.turn)
    cached = CachedVendor(
        yahoo, path, AdaptiveTtl(), lambda _: True, clock, portions=Portions(prices=20, prices_at_once=2),
        patience=Patience(enough_seconds=0.1, deadline_seconds=2.0),
    )  # fmt: skip
    known: dict[str, LastPrice] = {}
    first = await cached.last_prices(SYMBOLS)
    async with asyncio.timeout(10.0):
        while len(known) < len(SYMBOLS):
            known |= await cached.last_prices(SYMBOLS)
    assert 0 < len(first) < len(SYMBOLS)
    assert (sorted(charts.asked), path.statistics().errors, budget.held_seconds) == (SYMBOLS, {}, 0.0)
    await cached.close()
    await path.close()
    yahoo.close()
