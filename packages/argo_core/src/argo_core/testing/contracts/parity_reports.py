"""What every ParityReports promises."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from argo_core.errors import DataError
from argo_core.model.parity import Agreement, Cause, Compared, DayResult, Difference, ParityReport
from argo_core.ports.parity_reports import ParityReports
from argo_core.testing.sample_cycles import MOMENT


def sample_report(number: int = 0, **changes: Any) -> ParityReport:
    """Of `argo`, compared so many days after `MOMENT`, with one difference of money."""
    difference = Difference(
        what=Compared.FILL,
        symbol="AAPL",
        action="BUY",
        at=MOMENT,
        signal_id="SIG-1",
        cause=Cause.PRICE_MOVED,
        detail="filled at another market time",
        live="entry: bought 10 at 101",
        replayed="entry: bought 10 at 100",
        amount=-10.0,
    )
    report = ParityReport(
        day=f"{(MOMENT + timedelta(days=number)).date()}",
        executor_id="argo",
        ran_at=MOMENT + timedelta(days=number + 1),
        data_source="replay",
        cycles=60,
        signals=Agreement(agreed=8, compared=8),
        fills=Agreement(agreed=1, compared=2),
        trades=Agreement(agreed=0, compared=0),
        result=DayResult(live=90.1, replayed=100.1, by_cause={"price_moved": -10.0}),
        differences=(difference,),
    )
    return msgspec.structs.replace(report, **changes)


class ParityReportsContract:
    """Subclass it, and give a fixture `reports` that is empty."""

    async def test_without_a_comparison_there_is_none(self, reports: ParityReports) -> None:
        assert (await reports.reports(10)).items == ()
        assert await reports.newest() == ()
        assert await reports.of_day("2026-03-02", "argo") is None

    async def test_what_is_appended_is_read_back_whole(self, reports: ParityReports) -> None:
        alone = sample_report(
            executor_id="signals", result=None, differences=(), note="none", fills=Agreement(agreed=0, compared=0),
            signals=Agreement(agreed=0, compared=0),
        )  # fmt: skip
        for report in (sample_report(), alone):
            await reports.append(report)
            assert await reports.of_day(report.day, report.executor_id) == report
        assert alone.score is None

    async def test_a_day_compared_again_is_one_more_report(self, reports: ParityReports) -> None:
        first, again = sample_report(), sample_report(cycles=61)
        await reports.append(first)
        await reports.append(again)
        assert (await reports.reports(10)).items == (again, first)
        assert await reports.of_day(first.day, "argo") == again

    async def test_the_newest_of_each_executor_by_name(self, reports: ParityReports) -> None:
        old, prop, new = sample_report(), sample_report(1, executor_id="prop_firm"), sample_report(2)
        for report in (old, prop, new):
            await reports.append(report)
        assert await reports.newest() == (new, prop)

    async def test_pages_follow_each_other_without_a_gap(self, reports: ParityReports) -> None:
        every = [sample_report(number) for number in range(5)]
        for report in every:
            await reports.append(report)
        first = await reports.reports(2)
        second = await reports.reports(2, first.next_before)
        third = await reports.reports(2, second.next_before)
        assert [*first.items, *second.items, *third.items] == every[::-1]
        assert third.next_before is None

    @pytest.mark.parametrize("limit", [0, 501])
    async def test_a_page_has_one_to_five_hundred_reports(self, reports: ParityReports, limit: int) -> None:
        with pytest.raises(DataError, match="ask for 1 to 500"):
            await reports.reports(limit)
