"""What every ExecutionReportStore promises."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from argo_core.errors import DataError
from argo_core.model.execution import Execution, ExecutionReports, RefusedReport, ReportReceipt, SignalVerdicts
from argo_core.model.trade import Trade
from argo_core.model.verdict import Allowed, Denied
from argo_core.ports import ExecutionReportStore
from argo_core.testing.sample_cycles import MOMENT

KNOWN_SIGNALS = {"c1-s0": ("AAPL", "BUY"), "c1-s1": ("NVDA", "BUY")}
FILLED = Execution(
    signal_id="c1-s0", executor_id="argo", order_id="SIM-1", state="filled", filled_at=MOMENT, price=175.5,
    quantity=10.0,
)  # fmt: skip
CLOSED = msgspec.structs.replace(FILLED, order_id="SIM-2", price=180.0, profit_loss_pct=2.5)
DENIED = SignalVerdicts(
    signal_id="c1-s1", executor_id="prop_firm", decision="denied", decided_at=MOMENT,
    verdicts=(Allowed(layer="account_status"), Denied(layer="confidence", code="below", measured=80.0, limit=82.0)),
)  # fmt: skip
TRADE = Trade(
    trade_id="argo-4-c1-s0", signal_id="c1-s0", executor_id="argo", mode="simulated", symbol="AAPL", action="BUY",
    quantity=10.0, entry_price=175.5, exit_price=180.0, fees=3.5, gross_pct=2.564103, net_pct=2.364672, exit="target",
    opened_at=MOMENT, closed_at=MOMENT + timedelta(hours=2),
)  # fmt: skip
BOTH = ExecutionReports(verdicts=(DENIED,), executions=(FILLED, CLOSED))


class ExecutionReportsContract:
    """Subclass it, and give a fixture `reports` that knows the signals KNOWN_SIGNALS and no report."""

    async def test_reports_are_stored_and_read_back_newest_first(self, reports: ExecutionReportStore) -> None:
        assert await reports.store(BOTH) == ReportReceipt(stored=3, duplicates=0, refused=())
        assert (await reports.executions(10)).items == (CLOSED, FILLED)
        assert (await reports.verdicts(10)).items == (DENIED,)

    async def test_the_same_reports_again_are_duplicates(self, reports: ExecutionReportStore) -> None:
        await reports.store(BOTH)
        assert await reports.store(BOTH) == ReportReceipt(stored=0, duplicates=3, refused=())
        assert len((await reports.executions(10)).items) == 2

    async def test_another_verdict_on_a_known_signal_is_refused(self, reports: ExecutionReportStore) -> None:
        await reports.store(BOTH)
        changed = msgspec.structs.replace(DENIED, decision="allowed")
        receipt = await reports.store(ExecutionReports(verdicts=(changed,)))
        assert receipt.refused == (RefusedReport(signal_id="c1-s1", code="conflict"),)
        assert (await reports.verdicts(10)).items == (DENIED,)

    async def test_a_report_on_an_unknown_signal_is_refused_and_the_others_are_stored(
        self, reports: ExecutionReportStore
    ) -> None:
        stranger = msgspec.structs.replace(FILLED, signal_id="never")
        receipt = await reports.store(ExecutionReports(executions=(stranger, FILLED)))
        refused = (RefusedReport(signal_id="never", code="unknown_signal"),)
        assert receipt == ReportReceipt(stored=1, duplicates=0, refused=refused)

    async def test_a_finished_trade_is_stored_once_and_read_back(self, reports: ExecutionReportStore) -> None:
        once = ExecutionReports(trades=(TRADE,))
        assert await reports.store(once) == ReportReceipt(stored=1, duplicates=0, refused=())
        assert await reports.store(once) == ReportReceipt(stored=0, duplicates=1, refused=())
        assert (await reports.trades(10)).items == (TRADE,)

    async def test_another_trade_under_a_known_id_or_of_an_unknown_signal_is_refused(
        self, reports: ExecutionReportStore
    ) -> None:
        await reports.store(ExecutionReports(trades=(TRADE,)))
        changed = msgspec.structs.replace(TRADE, net_pct=50.0)
        stranger = msgspec.structs.replace(TRADE, trade_id="argo-9-never", signal_id="never")
        receipt = await reports.store(ExecutionReports(trades=(changed, stranger)))
        assert [refused.code for refused in receipt.refused] == ["conflict", "unknown_signal"]
        assert (await reports.trades(10)).items == (TRADE,)

    async def test_a_trade_of_another_symbol_or_action_than_its_signals_is_refused(
        self, reports: ExecutionReportStore
    ) -> None:
        other = msgspec.structs.replace(TRADE, symbol="NVDA")
        sold = msgspec.structs.replace(TRADE, action="SELL")
        receipt = await reports.store(ExecutionReports(trades=(other, sold, TRADE)))
        mismatch = RefusedReport(signal_id="c1-s0", code="signal_mismatch")
        assert receipt == ReportReceipt(stored=1, duplicates=0, refused=(mismatch, mismatch))

    async def test_pages_follow_each_other_without_a_gap(self, reports: ExecutionReportStore) -> None:
        many = tuple(
            msgspec.structs.replace(FILLED, order_id=f"SIM-{n}", filled_at=MOMENT + timedelta(seconds=n))
            for n in range(5)
        )
        await reports.store(ExecutionReports(executions=many))
        first = await reports.executions(2)
        second = await reports.executions(2, first.next_before)
        third = await reports.executions(2, second.next_before)
        assert (*first.items, *second.items, *third.items) == tuple(reversed(many))
        assert third.next_before is None

    async def test_a_limit_outside_the_range_is_refused(self, reports: ExecutionReportStore) -> None:
        for limit in (0, 501):
            try:
                await reports.executions(limit)
            except DataError as error:
                assert error.code == "bad_limit"
            else:
                raise AssertionError(f"a page of {limit} was accepted")
