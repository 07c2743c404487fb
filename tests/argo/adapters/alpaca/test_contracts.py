"""Alpaca keeps the promises of a venue that the simulated exchange keeps: one suite for both."""

from __future__ import annotations

import pytest

from argo_core.adapters.alpaca import AlpacaVenue
from argo_core.testing.contracts.broker import BrokerContract
from argo_core.testing.contracts.exits import ExitsContract
from argo_core.testing.contracts.order_sweep import OrderSweepContract
from argo_core.testing.contracts.venue import VenueContract
from argo_core.testing.contracts.venue_sync import VenueSyncContract
from tests.argo.adapters.alpaca.fake.server import FakeAlpaca


class TestAlpacaBroker(BrokerContract):
    pass


class TestAlpacaVenue(VenueContract):
    @pytest.fixture(name="venue")
    def with_a_price_of_its_own(self, venue: AlpacaVenue, fake: FakeAlpaca) -> AlpacaVenue:
        fake.exchange.move("MSFT", 10)
        return venue


class TestAlpacaVenueSync(VenueSyncContract):
    pass


class TestAlpacaOrderSweep(OrderSweepContract):
    pass


class TestAlpacaExits(ExitsContract):
    pass
