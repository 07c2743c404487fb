"""A live day, lived on the six vendors, judged by the daily job from the bars that the vendors tell afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from argo_core.model.parity import ParityReport
from argo_server.jobs.parity import comparison_of
from tests.argo.six_sources.rig import EVERYTHING_IS_A_SIGNAL, WEDNESDAY, Six, six_sources

CYCLES = 12
NEXT_DAY = datetime(2026, 11, 19, 0, 20, tzinfo=WEDNESDAY.tzinfo)


async def lived(six: Six) -> None:
    """Some minutes of a live market, every cycle recorded."""
    for _ in range(CYCLES):
        await six.cycle(31.0)


async def judged(six: Six) -> ParityReport:
    """What the job of the next day's first hour keeps."""
    six.clock.ahead_seconds += max((NEXT_DAY - six.services.clock.now()) / timedelta(seconds=1), 0.0)
    await comparison_of(six.services)()
    (report,) = await six.services.parity.reports.newest()
    return report


async def test_the_job_replays_a_live_day_from_the_vendors_bars_and_finds_it_alike(tmp_path: Path) -> None:
    async with six_sources(tmp_path, sections=EVERYTHING_IS_A_SIGNAL) as six:
        await lived(six)
        report = await judged(six)
        assert (report.day, report.data_source, report.cycles, report.score) == ("2026-11-18", "live", CYCLES, 1.0)
        assert report.signals.compared == report.signals.agreed > 0
        assert (report.differences, report.fills.compared) == ((), 0)
        assert "100.0" in await six.page("/parity")
        assert 'argo_parity_score{executor="signals"} 1' in await six.page("/metrics")


async def test_a_history_that_the_vendors_tell_otherwise_by_then_is_found(tmp_path: Path) -> None:
    async with six_sources(tmp_path, sections=EVERYTHING_IS_A_SIGNAL) as six:
        await lived(six)
    # The peers' history depends on the day on which they begin: these tell another one of the same day.
    async with six_sources(tmp_path, sections=EVERYTHING_IS_A_SIGNAL, start=NEXT_DAY) as six:
        report = await judged(six)
    assert (report.day, report.cycles) == ("2026-11-18", CYCLES)
    assert report.score is not None
    assert report.score < 1.0
    # Where another history has the same price and regime, the bars that left with the cycles name what was revised.
    causes = {each.cause for each in report.differences}
    assert "history_revised" in causes
    assert causes <= {"data_revised", "history_revised"}
    named = next(each.detail for each in report.differences if each.cause == "history_revised")
    assert "of the bar of 2026-" in named and "on the kept bars" in named
