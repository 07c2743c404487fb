"""Uptime is reckoned from the cycles that are stored, not from a process's own start."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from argo_core.pipeline.cycle_uptime import CycleGap, CycleUptime, reckon
from argo_core.testing.memory_log import MemoryLog

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def twelve_each(start: datetime, minutes: int) -> list[tuple[datetime, int]]:
    """A cycle every five seconds."""
    return [(start + passed * MINUTE, 12) for passed in range(minutes)]


def test_a_kill_and_a_restart_show_in_the_share_and_as_a_gap_in_minutes() -> None:
    ran = [*twelve_each(NOON, 60), (NOON + 60 * MINUTE, 6), *twelve_each(NOON + 64 * MINUTE, 36)]
    report = reckon(ran, NOON + 100 * MINUTE, 5.0)
    assert [(one.name, one.cycles, one.expected, one.ratio, one.kept) for one in report.windows] == [
        (name, 1158, 1200.0, 0.965, False) for name in ("24h", "7d", "30d")
    ]
    assert report.gaps == (CycleGap(began_at=NOON + 61 * MINUTE, minutes=3),)
    assert [(day.name, day.ratio) for day in report.days] == [("2026-03-02", 0.965)]


def test_a_generator_that_stands_now_has_a_gap_up_to_now() -> None:
    report = reckon(twelve_each(NOON, 10), NOON + 30 * MINUTE, 5.0)
    assert report.gaps == (CycleGap(began_at=NOON + 10 * MINUTE, minutes=20),)


def test_each_day_is_counted_by_itself_the_newest_first() -> None:
    midnight = NOON + timedelta(hours=12)
    ran = [*twelve_each(midnight - 60 * MINUTE, 60), *twelve_each(midnight, 30)]
    report = reckon(ran, midnight + 60 * MINUTE, 5.0)
    assert [(day.name, day.cycles, day.ratio, day.kept) for day in report.days] == [
        ("2026-03-03", 360, 0.5, False),
        ("2026-03-02", 720, 1.0, True),
    ]


def test_minutes_between_cycles_that_are_due_every_five_are_no_gap() -> None:
    ran = [(NOON + passed * MINUTE, 1) for passed in (0, 5, 10, 25, 30)]
    report = reckon(ran, NOON + 31 * MINUTE, 300.0)
    assert report.gaps == (CycleGap(began_at=NOON + 11 * MINUTE, minutes=14),)


class CountedLog(MemoryLog):
    """Notes which times are asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[datetime] = []

    async def cycle_minutes(self, start: datetime, end: datetime) -> tuple[tuple[datetime, int], ...]:
        self.asked.append(start)
        return await super().cycle_minutes(start, end)


async def test_days_that_are_over_are_read_once_and_a_minute_once() -> None:
    log = CountedLog()
    uptime = CycleUptime(log)
    await uptime.report(NOON, 5.0)
    assert len(log.asked) == 31
    await uptime.report(NOON + timedelta(seconds=59), 5.0)
    await uptime.report(NOON + MINUTE, 5.0)
    assert log.asked[31:] == [NOON.replace(hour=0)]
