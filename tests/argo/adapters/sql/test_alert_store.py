"""Alerts and their deliveries on SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from argo_core.adapters.sql import Database, SqlAlertReader, SqlAlertStore
from argo_core.testing.contracts.alert_store import EVERY, AlertStoreContract, sample_alert, sample_attempt
from argo_core.testing.memory_alerts import MemoryAlerts


class TestSqlAlerts(AlertStoreContract):
    @pytest.fixture
    def alerts(self, database: Database) -> SqlAlertStore:
        return SqlAlertStore(database)

    @pytest.fixture
    def alert_reader(self, database: Database) -> SqlAlertReader:
        return SqlAlertReader(database)


class TestMemoryAlerts(AlertStoreContract):
    @pytest.fixture
    def alerts(self) -> MemoryAlerts:
        return MemoryAlerts()

    @pytest.fixture
    def alert_reader(self, alerts: MemoryAlerts) -> MemoryAlerts:
        return alerts


async def test_of_equal_alerts_at_the_same_time_one_is_told(database: Database) -> None:
    stores = [SqlAlertStore(database) for _ in range(4)]
    told = await asyncio.gather(*(one.keep(sample_alert(), EVERY) for one in stores for _ in range(3)))
    assert Counter(told) == {("slack", "email", "notion"): 1, (): 11}


async def test_another_process_finds_what_the_first_one_left(database: Database) -> None:
    first = SqlAlertStore(database)
    await first.keep(sample_alert("a"), ("slack",))
    await first.keep(sample_alert("b"), ("slack",))
    done, left = await first.pending("slack", 10)
    await first.attempted(done.task, sample_attempt())
    assert [one.task for one in await SqlAlertStore(database).pending("slack", 10)] == [left.task]
