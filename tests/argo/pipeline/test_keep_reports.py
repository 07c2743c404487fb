"""Reports that are due are written once, carried until they are there, and kept for seven years."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import msgspec
import pytest

from argo_core.errors import StoreError
from argo_core.model.alert import Severity
from argo_core.model.performance import ReportKind
from argo_core.pipeline.keep_reports import MOST_REFUSALS, ReportKeeper, ReportRun, report_alert
from argo_core.pipeline.make_report import ReportMaker
from argo_core.reports.performance_report import PerformanceReport
from argo_core.reports.performance_text import performance_text
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_notifier import MemoryNotifier
from argo_core.testing.memory_performance import MemoryPerformance
from argo_core.testing.memory_resolved import MemoryResolved
from argo_core.testing.memory_shelf import MemoryPost, MemoryShelf, MemoryUpload
from argo_core.testing.sample_cycles import sample_outcome, sample_signal

SUNDAY = datetime(2026, 11, 22, 23, 59, tzinfo=UTC)
LATE = time(23, 59)
NAME = "2026/week_20261122"
FIRST = sample_signal("c1-s0", at=SUNDAY - timedelta(days=2))


def forms(report: PerformanceReport) -> dict[str, bytes]:
    return {"txt": performance_text(report).encode(), "csv": b"a\r\n"}


class Rig:
    """A keeper whose world is in memory."""

    def __init__(self, now: datetime = SUNDAY) -> None:
        self.clock, self.shelf, self.notifier = FixedClock(now), MemoryShelf(), MemoryNotifier()
        self.upload, self.post = MemoryUpload(), MemoryPost()
        self.performance = MemoryPerformance([FIRST], [sample_outcome(FIRST)])

    def keeper(self, upload: bool = True, post: bool = False) -> ReportKeeper:
        maker = ReportMaker(
            reader=self.performance, resolved=MemoryResolved(), clock=self.clock, capital=1.0, seed=0, origin=None
        )
        return ReportKeeper(
            maker=maker,
            render=forms,
            shelf=self.shelf,
            upload=self.upload if upload else None,
            post=self.post if post else None,
            notifier=self.notifier,
            clock=self.clock,
        )

    async def names(self) -> list[str]:
        return [kept.name for kept in (await self.shelf.kept()).reports]


async def test_the_week_is_written_when_its_sunday_ends_and_only_once() -> None:
    rig = Rig(SUNDAY - timedelta(seconds=1))
    await rig.keeper().keep_up(LATE)
    assert await rig.names() == []
    rig.clock.advance(timedelta(seconds=1))
    await rig.keeper().keep_up(LATE)
    assert await rig.names() == [NAME]
    before = dict(rig.upload.stored)
    rig.upload.stored.clear()
    rig.clock.advance(timedelta(hours=3))
    assert await rig.keeper().keep_up(LATE) == ReportRun()
    assert (await rig.names(), rig.upload.stored) == ([NAME], {})
    assert before[f"reports/{NAME}.txt"][1] == "text/plain; charset=utf-8"


async def test_a_report_that_was_asked_for_before_its_week_had_ended_is_made_again_when_it_has() -> None:
    rig = Rig(SUNDAY - timedelta(hours=9))
    await rig.keeper().write(ReportKind.WEEKLY, rig.clock.now())
    rig.clock.advance(timedelta(hours=9))
    await rig.keeper().keep_up(LATE)
    assert [(kept.name, kept.until) for kept in (await rig.shelf.kept()).reports] == [(NAME, SUNDAY)]


async def test_a_sunday_that_nobody_was_awake_for_is_caught_up_with_its_own_week() -> None:
    rig = Rig(SUNDAY + timedelta(days=2))
    later = sample_signal("c2-s0", at=SUNDAY + timedelta(days=1))
    rig.performance = MemoryPerformance([FIRST, later])
    await rig.keeper().keep_up(LATE)
    text = (await rig.shelf.read(NAME, "txt") or b"").decode()
    assert "Week ending: 2026-11-22\n" in text
    assert "Total Signals Generated: 1\n" in text
    assert "Generated: 2026-11-24 23:59:00 UTC\n" in text


async def test_the_first_of_the_month_brings_the_two_others() -> None:
    rig = Rig(datetime(2026, 12, 1, tzinfo=UTC))
    await rig.keeper().keep_up(LATE)
    assert sorted(await rig.names()) == ["2026/all_time_20261201", "2026/premium_20261201", "2026/week_20261129"]


async def test_before_the_first_signal_nothing_is_due() -> None:
    rig = Rig(SUNDAY + timedelta(days=1))
    rig.performance = MemoryPerformance([sample_signal("c2-s0", at=SUNDAY + timedelta(minutes=1))])
    await rig.keeper().keep_up(LATE)
    assert await rig.names() == []


async def test_an_upload_that_fails_keeps_the_copy_is_told_and_is_tried_again() -> None:
    rig = Rig()
    rig.upload.down = True
    (kept,) = (await rig.keeper().keep_up(LATE)).carried
    assert (kept.uploaded, kept.failed) == ((), "the store is down")
    assert await rig.shelf.read(NAME, "csv") == b"a\r\n"
    alert = rig.notifier.matters[f"report_delivery:{NAME}"]
    assert (alert.severity, alert.resolved) == (Severity.WARNING, False)
    assert "the store is down" in alert.message
    rig.upload.down = False
    (after,) = (await rig.keeper().keep_up(LATE)).carried
    assert (after.uploaded, after.failed) == (("csv", "txt"), None)
    assert sorted(rig.upload.stored) == [f"reports/{NAME}.csv", f"reports/{NAME}.txt"]
    assert rig.notifier.matters[f"report_delivery:{NAME}"].resolved


async def test_what_goes_well_alarms_nobody() -> None:
    rig = Rig()
    await rig.keeper(post=True).keep_up(LATE)
    assert rig.notifier.matters == {}


async def test_a_letter_that_was_sent_is_not_sent_again_because_the_upload_failed() -> None:
    rig = Rig()
    rig.upload.down = True
    await rig.keeper(post=True).keep_up(LATE)
    (identity,) = rig.post.letters
    subject, contents = rig.post.letters.pop(identity)
    assert subject == "Argo Capital report, weekly, 2026-11-22"
    assert sorted(contents) == ["week_20261122.csv", "week_20261122.txt"]
    rig.upload.down = False
    (after,) = (await rig.keeper(post=True).deliver()).carried
    assert (rig.post.letters, after.mailed) == ({}, True)


async def test_a_post_office_that_is_down_does_not_hold_the_upload() -> None:
    rig = Rig()
    rig.post.down = True
    (kept,) = (await rig.keeper(post=True).keep_up(LATE)).carried
    assert (kept.uploaded, kept.mailed, kept.failed) == (("csv", "txt"), False, "the post office is down")


async def test_without_a_store_the_copy_is_all_there_is() -> None:
    rig = Rig()
    assert await rig.keeper(upload=False).keep_up(LATE) == ReportRun()
    assert await rig.names() == [NAME]


@pytest.mark.parametrize(
    ("after", "uploaded", "left"),
    [
        (lambda made: made.replace(year=2033) - timedelta(seconds=1), True, True),
        (lambda made: made.replace(year=2033), True, False),
        (lambda made: made.replace(year=2034), False, True),
    ],
    ids=["younger than seven years", "seven years old", "old, and nowhere else"],
)
async def test_a_report_goes_after_seven_years_and_only_where_the_store_has_it(
    after: Callable[[datetime], datetime], uploaded: bool, left: bool
) -> None:
    rig = Rig()
    kept, _ = await rig.keeper().write(ReportKind.WEEKLY, SUNDAY)
    await rig.shelf.put(msgspec.structs.replace(kept, uploaded=kept.forms if uploaded else ()), {})
    rig.clock.advance(after(SUNDAY) - SUNDAY)
    await rig.keeper(upload=False).keep_up(LATE)
    assert (NAME in await rig.names()) is left


async def test_a_form_that_went_missing_is_said() -> None:
    rig = Rig()
    kept, _ = await rig.keeper().write(ReportKind.WEEKLY, SUNDAY)
    await rig.shelf.remove(NAME)
    await rig.shelf.put(kept, {"csv": b""})
    (after,) = (await rig.keeper().deliver()).carried
    assert after.failed == f"{NAME}.txt is gone from the reports' folder: make the report again"
    assert after.uploaded == ()


async def test_a_reader_who_refuses_costs_no_other_a_second_letter_and_is_given_up() -> None:
    rig = Rig()
    rig.post = MemoryPost("ada@argo.example", "bo@argo.example")
    rig.post.refusing["bo@argo.example"] = "550 nobody of that name"
    (kept,) = (await rig.keeper(post=True).keep_up(LATE)).carried
    assert (kept.mailed, kept.mailed_to, kept.refusals) == (False, ("ada@argo.example",), 1)
    assert kept.failed == "bo@argo.example refuses it: 550 nobody of that name"
    told = rig.notifier.matters[f"report_delivery:{NAME}"]
    for tries in range(2, 30):
        rig.clock.advance(timedelta(minutes=10))
        run = await rig.keeper(post=True).keep_up(LATE)
        assert [one.refusals for one in run.carried] == ([tries] if tries <= 12 else [])
        if tries < 12:
            assert rig.notifier.matters[f"report_delivery:{NAME}"] is told
    assert MOST_REFUSALS == 12
    assert rig.post.sent == [("ada@argo.example",), *[()] * 11]
    end = rig.notifier.matters[f"report_delivery:{NAME}"]
    assert "given up after 12 tries: mend the address, then make the report again. The local copy" in end.message
    assert end.message.endswith("it is not tried again")


async def test_a_report_that_is_made_again_ends_what_was_told_of_the_one_that_was_given_up() -> None:
    rig = Rig()
    rig.post.refusing["ada@argo.example"] = "550 no"
    for _ in range(12):
        await rig.keeper(post=True).keep_up(LATE)
    rig.post.refusing.clear()
    await rig.keeper(post=True).write(ReportKind.WEEKLY, SUNDAY)
    (after,) = (await rig.keeper(post=True).deliver()).carried
    assert (after.mailed, after.failed, after.given_up) == (True, None, "")
    assert rig.notifier.matters[f"report_delivery:{NAME}"].resolved


async def test_a_post_office_that_is_down_for_long_is_waited_for() -> None:
    rig = Rig()
    rig.post.down = True
    for _ in range(20):
        await rig.keeper(post=True).keep_up(LATE)
    rig.post.down = False
    (after,) = (await rig.keeper(post=True).deliver()).carried
    assert (after.mailed, after.refusals) == (True, 0)


async def test_a_reader_who_is_taken_off_the_list_is_no_longer_waited_for() -> None:
    rig = Rig()
    rig.post = MemoryPost("ada@argo.example", "bo@argo.example")
    rig.post.refusing["bo@argo.example"] = "550 no"
    await rig.keeper(post=True).keep_up(LATE)
    rig.post.readers = ("ada@argo.example",)
    (after,) = (await rig.keeper(post=True).deliver()).carried
    assert (after.mailed, after.failed, rig.post.sent) == (True, None, [("ada@argo.example",)])


async def test_nothing_is_sent_of_which_nothing_can_be_noted() -> None:
    rig = Rig()
    rig.post.down = True
    await rig.keeper(post=True).keep_up(LATE)
    rig.post.down, rig.shelf.full = False, True
    for _ in range(3):
        run = await rig.keeper(post=True).keep_up(LATE)
        assert run == ReportRun(failures=(f"{NAME} was not carried: the shelf is full",))
    assert rig.post.sent == []


async def test_one_report_that_cannot_be_made_holds_no_other_and_is_said() -> None:
    rig = Rig(datetime(2026, 12, 1, tzinfo=UTC))

    def render(report: PerformanceReport) -> dict[str, bytes]:
        if report.kind is ReportKind.PREMIUM:
            raise StoreError("no room")
        return forms(report)

    run = await dataclasses.replace(rig.keeper(), render=render).keep_up(LATE)
    assert sorted(one.name for one in run.carried) == ["2026/all_time_20261201", "2026/week_20261129"]
    assert run.why == "2026/premium_20261201 was not written: no room"


async def test_what_cannot_be_read_is_said_and_what_is_due_is_written() -> None:
    rig = Rig()
    rig.shelf.findings = ("2026/notes.json is not what we wrote",)
    run = await rig.keeper().keep_up(LATE)
    assert ([one.name for one in run.carried], run.why) == ([NAME], "2026/notes.json is not what we wrote")


async def test_a_report_whose_state_cannot_be_read_is_neither_made_nor_sent_again() -> None:
    rig = Rig()
    await rig.keeper(post=True).keep_up(LATE)
    letters = dict(rig.post.letters)
    rig.shelf.unreadable, rig.shelf.findings = (NAME,), (f"{NAME}.json is not what we wrote",)
    rig.clock.advance(timedelta(minutes=10))
    run = await rig.keeper(post=True).keep_up(LATE)
    assert (run.carried, run.why, rig.post.letters) == ((), f"{NAME}.json is not what we wrote", letters)


def test_reports_that_fail_are_one_matter_that_ends() -> None:
    failed, over = report_alert("no room", SUNDAY), report_alert("", SUNDAY)
    assert (failed.dedup_key, failed.runbook, failed.message) == (over.dedup_key, "report_failed", "no room")
    assert (failed.resolved, over.resolved) == (False, True)
    many = ReportRun(failures=("a", "b", "c", "d", "e"))
    assert many.why == "a; b; c; and 2 more"


async def test_a_damaged_time_of_making_makes_no_young_report_old() -> None:
    rig = Rig()
    kept, _ = await rig.keeper().write(ReportKind.WEEKLY, SUNDAY)
    ancient = datetime(2006, 11, 22, tzinfo=UTC)
    await rig.shelf.put(msgspec.structs.replace(kept, uploaded=kept.forms, made_at=ancient), {})
    await rig.keeper().keep_up(LATE)
    assert await rig.names() == [NAME]
