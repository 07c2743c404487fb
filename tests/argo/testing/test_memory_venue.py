"""The venue under a test's control keeps what a venue promises."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from argo_core.model.bars import Bar
from argo_core.testing.contracts.broker import BrokerContract
from argo_core.testing.contracts.order_sweep import OrderSweepContract
from argo_core.testing.contracts.venue import VenueContract
from argo_core.testing.contracts.venue_sync import VenueSyncContract
from argo_core.testing.memory_venue import MemoryVenue

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


@pytest.fixture
async def venue() -> MemoryVenue:
    made = MemoryVenue(10_000.0, lambda: NOW)
    bar = Bar(
        symbol="AAPL", timeframe="1Min", start=NOW, open=100.0, high=100.0, low=100.0, close=100.0, volume=1.0
    )  # fmt: skip
    await made.mark([bar])
    return made


@pytest.fixture
def broker(venue: MemoryVenue) -> MemoryVenue:
    return venue


class TestMemoryBroker(BrokerContract):
    pass


class TestMemoryVenue(VenueContract):
    pass


class TestMemorySync(VenueSyncContract):
    pass


class TestMemorySweep(OrderSweepContract):
    pass
