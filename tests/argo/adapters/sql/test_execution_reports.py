"""Reports of executors: each stored once, only for signals that exist, and shown by the seeds' views."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from argo_core.adapters.sql import Database, SqlExecutionReportStore, SqlSignalLog
from argo_core.model.execution import Execution, ExecutionReports, RefusedReport, ReportReceipt, SignalVerdicts
from argo_core.model.verdict import Allowed, Denied
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.sample_cycles import MOMENT, published_cycle

FILLED = Execution(
    signal_id="c1-s0", executor_id="argo", order_id="SIM-1", state="filled", filled_at=MOMENT, price=175.5,
    quantity=10.0,
)  # fmt: skip
CLOSED = msgspec.structs.replace(FILLED, order_id="SIM-2", price=180.0, profit_loss_pct=2.5)
DENIED = SignalVerdicts(
    signal_id="c1-s1", executor_id="prop_firm", decision="denied", decided_at=MOMENT,
    verdicts=(Allowed(layer="account_status"), Denied(layer="confidence", code="below", measured=80.0, limit=82.0)),
)  # fmt: skip
BOTH = ExecutionReports(verdicts=(DENIED,), executions=(FILLED, CLOSED))


@pytest.fixture
async def reports(database: Database) -> SqlExecutionReportStore:
    await SqlSignalLog(database).append(published_cycle("c1", ["AAPL", "NVDA"]))
    return SqlExecutionReportStore(database, FixedClock(MOMENT))


async def test_reports_are_stored_and_read_back_newest_first(reports: SqlExecutionReportStore) -> None:
    assert await reports.store(BOTH) == ReportReceipt(stored=3, duplicates=0, refused=())
    assert (await reports.executions(10)).items == (CLOSED, FILLED)
    assert (await reports.verdicts(10)).items == (DENIED,)


async def test_the_same_reports_again_are_duplicates(reports: SqlExecutionReportStore) -> None:
    await reports.store(BOTH)
    assert await reports.store(BOTH) == ReportReceipt(stored=0, duplicates=3, refused=())
    assert len((await reports.executions(10)).items) == 2


async def test_another_verdict_on_a_known_signal_is_refused(reports: SqlExecutionReportStore) -> None:
    await reports.store(BOTH)
    changed = msgspec.structs.replace(DENIED, decision="allowed")
    receipt = await reports.store(ExecutionReports(verdicts=(changed,)))
    assert receipt.refused == (RefusedReport(signal_id="c1-s1", code="conflict"),)
    assert (await reports.verdicts(10)).items == (DENIED,)


async def test_a_report_on_an_unknown_signal_is_refused_and_the_others_are_stored(
    reports: SqlExecutionReportStore,
) -> None:
    stranger = msgspec.structs.replace(FILLED, signal_id="never")
    receipt = await reports.store(ExecutionReports(executions=(stranger, FILLED)))
    assert receipt == ReportReceipt(
        stored=1, duplicates=0, refused=(RefusedReport(signal_id="never", code="unknown_signal"),)
    )


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


async def test_pages_follow_each_other_without_a_gap(reports: SqlExecutionReportStore) -> None:
    many = tuple(
        msgspec.structs.replace(FILLED, order_id=f"SIM-{n}", filled_at=MOMENT + timedelta(seconds=n)) for n in range(5)
    )
    await reports.store(ExecutionReports(executions=many))
    first = await reports.executions(3)
    second = await reports.executions(3, first.next_before)
    assert [execution.order_id for execution in (*first.items, *second.items)] == [
        "SIM-4", "SIM-3", "SIM-2", "SIM-1", "SIM-0",
    ]  # fmt: skip
    assert second.next_before is None
