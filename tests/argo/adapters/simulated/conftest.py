"""A simulated exchange in memory and on a fresh database, SQLite and PostgreSQL: AAPL was last seen at 100."""

from __future__ import annotations

import pytest

from argo_core.adapters.simulated import SimulatedExchange
from argo_core.adapters.sql import Database, SqlExchangeStore
from argo_core.execution.costs import CostPolicy
from argo_core.execution.matching import Matching
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_exchange_store import MemoryExchangeStore
from tests.argo.adapters.sql.conftest import (
    database,
    database_file,
    database_url,
    upgraded_file,
    upgraded_pg_name,
    upgraded_pg_url,
)
from tests.argo.execution.exchange_rig import NOW, bar

__all__ = ["database", "database_file", "database_url", "upgraded_file", "upgraded_pg_name", "upgraded_pg_url"]

RULES = Matching(CostPolicy(slippage_pct=0.0, fee_pct=0.0))


def exchange_on(opened: Database) -> SimulatedExchange:
    """The exchange as a process that starts now finds it."""
    return SimulatedExchange(SqlExchangeStore(opened), RULES, "SIM-1", 10_000.0, FixedClock(NOW))


@pytest.fixture
async def exchange(database: Database) -> SimulatedExchange:
    opened = exchange_on(database)
    await opened.mark([bar(-1, 99.0, 101.0, 100.0)])
    return opened


@pytest.fixture
async def in_memory() -> SimulatedExchange:
    opened = SimulatedExchange(MemoryExchangeStore(), RULES, "SIM-1", 10_000.0, FixedClock(NOW))
    await opened.mark([bar(-1, 99.0, 101.0, 100.0)])
    return opened


@pytest.fixture
def broker(exchange: SimulatedExchange) -> SimulatedExchange:
    return exchange
