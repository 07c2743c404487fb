"""The contract of market vendors on all three, and on the one in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from argo_core.ports.market_vendor import MarketVendor
from argo_core.testing.contracts.market_vendor import MarketVendorContract
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_market import MemoryMarket
from argo_core.testing.sample_market import NOW, sample_market, sample_price
from tests.argo.adapters.vendors.conftest import vendor_at
from tests.argo.peers.http_peer import HttpPeer


class TestMemory(MarketVendorContract):
    @pytest.fixture
    def vendor(self) -> MarketVendor:
        market = sample_market()
        prices = {symbol: sample_price(market, symbol, "memory") for symbol in market.symbols}
        return MemoryMarket(market.bars, prices, FixedClock(NOW))


class TestAlpaca(MarketVendorContract):
    @pytest.fixture
    async def vendor(self, alpaca_peer: HttpPeer) -> AsyncIterator[MarketVendor]:
        async with vendor_at("alpaca", alpaca_peer.url) as vendor:
            yield vendor


class TestMassive(MarketVendorContract):
    @pytest.fixture
    async def vendor(self, massive_peer: HttpPeer) -> AsyncIterator[MarketVendor]:
        async with vendor_at("massive", massive_peer.url) as vendor:
            yield vendor


class TestYahoo(MarketVendorContract):
    @pytest.fixture
    async def vendor(self, yahoo_peer: HttpPeer) -> AsyncIterator[MarketVendor]:
        async with vendor_at("yahoo", yahoo_peer.url) as vendor:
            yield vendor
