"""Reports of executors on a database: the promise of the port, and what the seeds' views show of them."""

from __future__ import annotations

import pytest

from argo_core.adapters.sql import Database, SqlExecutionReportStore, SqlSignalLog
from argo_core.testing.contracts.execution_reports import BOTH, ExecutionReportsContract
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.sample_cycles import MOMENT, published_cycle


@pytest.fixture
async def reports(database: Database) -> SqlExecutionReportStore:
    await SqlSignalLog(database).append(published_cycle("c1", ["AAPL", "NVDA"]))
    return SqlExecutionReportStore(database, FixedClock(MOMENT))


class TestSqlExecutionReports(ExecutionReportsContract):
    pass


async def test_the_view_shows_each_order_and_the_signal_its_first(
    reports: SqlExecutionReportStore, database: Database
) -> None:
    await reports.store(BOTH)
    async with database.reading() as connection:
        rows = await connection.exec_driver_sql(
            "SELECT order_id, state, price, profit_loss_pct FROM executions ORDER BY order_id"
        )
        first = await connection.exec_driver_sql("SELECT executor_id, order_id FROM signals WHERE signal_id = 'c1-s0'")
        assert [tuple(row) for row in rows] == [("SIM-1", "filled", 175.5, None), ("SIM-2", "filled", 180.0, 2.5)]
        assert tuple(first.one()) == ("argo", "SIM-1")
