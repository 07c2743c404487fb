"""Uptime is reckoned from minutes that were noted in the database, not from a process's own start."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from alpine_core.feed import Uptime
from alpine_core.model.uptime import Gap
from alpine_core.testing.memory_minutes import MemoryMinutes

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def ran(log: MemoryMinutes, start: datetime, minutes: int) -> Uptime:
    """A process that started then and was killed after so many minutes."""
    uptime = Uptime(log)
    for passed in range(minutes):
        await uptime.note(start + passed * MINUTE + timedelta(seconds=40))
    return uptime


async def test_a_kill_and_a_restart_show_as_a_gap_in_whole_minutes() -> None:
    log = MemoryMinutes()
    await ran(log, NOON, 60)
    restarted = await ran(log, NOON + 65 * MINUTE, 35)
    report = await restarted.report(NOON + 100 * MINUTE)
    assert [(one.name, one.minutes, one.up, one.ratio) for one in report.windows] == [
        ("24h", 100, 95, 0.95),
        ("7d", 100, 95, 0.95),
        ("30d", 100, 95, 0.95),
    ]
    assert report.gaps == (Gap(began_at=NOON + 60 * MINUTE, ended_at=NOON + 65 * MINUTE),)
    assert (report.gaps[0].minutes, report.windows[0].kept, report.windows[0].since) == (5, False, NOON)


async def test_a_window_forgets_what_lies_before_it() -> None:
    log = MemoryMinutes()
    await ran(log, NOON, 1)
    day = await ran(log, NOON + timedelta(days=2), 24 * 60)
    report = await day.report(NOON + timedelta(days=3))
    assert [one.up for one in report.windows] == [1440, 1441, 1441]
    assert [one.kept for one in report.windows] == [True, False, False]


async def test_one_minute_of_a_thousand_is_the_objective_and_two_are_not() -> None:
    for lost, kept in ((1, True), (2, False)):
        log = MemoryMinutes()
        await ran(log, NOON, 500)
        uptime = await ran(log, NOON + (500 + lost) * MINUTE, 500 - lost)
        assert (await uptime.report(NOON + 1000 * MINUTE)).windows[0].kept is kept


async def test_before_the_first_minute_is_over_nothing_is_known() -> None:
    uptime = await ran(MemoryMinutes(), NOON, 1)
    report = await uptime.report(NOON + timedelta(seconds=50))
    assert ([one.ratio for one in report.windows], report.windows[0].kept, report.gaps) == ([None] * 3, None, ())
