"""The simulated exchange keeps what every venue promises about exits."""

from __future__ import annotations

import pytest

from argo_core.adapters.simulated import SimulatedExchange
from argo_core.testing.contracts.exits import ExitsContract


class TestSimulatedExits(ExitsContract):
    @pytest.fixture(name="venue")
    def on_a_database(self, exchange: SimulatedExchange) -> SimulatedExchange:
        return exchange


class TestSimulatedExitsInMemory(ExitsContract):
    @pytest.fixture(name="venue")
    def without_a_database(self, in_memory: SimulatedExchange) -> SimulatedExchange:
        return in_memory
