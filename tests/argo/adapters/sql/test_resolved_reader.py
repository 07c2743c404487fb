"""Outcomes and trades read back from a database: the promise of the port."""

from __future__ import annotations

import pytest

from argo_core.adapters.sql import Database, SqlExecutionReportStore, SqlResolvedReader, SqlSignalLog
from argo_core.model.execution import ExecutionReports
from argo_core.testing.contracts.resolved_reader import EARLIER, LATER, OUTCOMES, SIGNALS, ResolvedReaderContract
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.sample_cycles import MOMENT, sample_cycle


@pytest.fixture
async def reader(database: Database) -> SqlResolvedReader:
    log = SqlSignalLog(database)
    await log.append(sample_cycle("c1", signals=SIGNALS))
    await log.append(sample_cycle("c2", outcomes=OUTCOMES))
    receipt = await SqlExecutionReportStore(database, FixedClock(MOMENT)).store(
        ExecutionReports(trades=(LATER, EARLIER))
    )
    assert receipt.stored == 2
    return SqlResolvedReader(database)


class TestSqlResolvedReader(ResolvedReaderContract):
    pass
