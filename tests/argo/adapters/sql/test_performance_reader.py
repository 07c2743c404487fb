"""Outcomes counted in a database: the promise of the port, on SQLite and PostgreSQL."""

from __future__ import annotations

import pytest

from argo_core.adapters.sql import Database, SqlSignalLog
from argo_core.adapters.sql.performance_reader import SqlPerformanceReader
from argo_core.testing.contracts.performance_reader import OUTCOMES, SIGNALS, PerformanceReaderContract
from argo_core.testing.sample_cycles import sample_cycle


@pytest.fixture
async def reader(database: Database) -> SqlPerformanceReader:
    log = SqlSignalLog(database)
    await log.append(sample_cycle("c1", signals=SIGNALS))
    await log.append(sample_cycle("c2", outcomes=OUTCOMES))
    return SqlPerformanceReader(database)


class TestSqlPerformanceReader(PerformanceReaderContract):
    pass
