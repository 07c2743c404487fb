"""A round of backups: tried, carried, kept for seven years; and what a person hears of it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argo_core.errors import StoreError
from argo_core.model.alert import Severity
from argo_core.model.backup import BackupRecord, backup_name, place_below
from argo_core.pipeline.backup_policy import KEPT_DAYS, due, expired, last_backup, removable
from argo_core.pipeline.keep_backups import BackupKeeper, backup_alert
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_backups import MemoryBackups, MemoryTrial, MemoryUpload

NOW = datetime(2026, 3, 2, 2, 40, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = time(2, 40)


class House:
    """A keeper and what it works with."""

    def __init__(self, *, elsewhere: bool = True, local_days: int | None = None) -> None:
        self.shelf, self.trial, self.clock = MemoryBackups(), MemoryTrial(), FixedClock(NOW)
        self.upload = MemoryUpload(self.shelf)
        upload = self.upload if elsewhere else None
        self.keeper = BackupKeeper(self.shelf, self.trial, upload, self.clock, local_days)


def record(taken_at: datetime, *, verified: bool = True, uploaded: bool = False) -> BackupRecord:
    return BackupRecord(
        name=backup_name(taken_at),
        taken_at=taken_at,
        bytes=1,
        verified_at=taken_at if verified else None,
        uploaded_to="s3://b/x" if uploaded else "",
    )


async def test_a_backup_is_tried_noted_and_carried() -> None:
    house = House()
    done = await house.keeper.run()
    assert (done.ok, done.why, done.carried) == (True, "", ("argo-20260302T024000Z",))
    assert done.backup.verified_at == NOW
    assert list(house.upload.content) == ["memory://2026/03/02/argo-20260302T024000Z"]
    assert await house.shelf.records() == (done.backup,)


async def test_one_that_does_not_hold_is_kept_as_evidence_and_never_carried() -> None:
    house = House()
    house.trial.findings = ("table signal_log has 3 rows, the manifest says 4 rows",)
    done = await house.keeper.run()
    assert (done.ok, done.carried, house.upload.content) == (False, (), {})
    assert done.why == (
        "backup argo-20260302T024000Z does not hold: table signal_log has 3 rows, the manifest says 4 rows"
    )
    assert [one.findings for one in await house.shelf.records()] == [house.trial.findings]


async def test_an_upload_that_fails_leaves_the_copy_here_and_is_made_up_for_by_the_next_run() -> None:
    house = House()
    house.upload.down = True
    first = await house.keeper.run()
    assert (first.ok, first.waiting) == (False, ("argo-20260302T024000Z",))
    assert first.why == "backups that are here and nowhere else: 1 (memory:// cannot be used: it is down)"
    house.upload.down = False
    house.clock.advance(DAY)
    second = await house.keeper.run()
    assert (second.ok, second.carried) == (True, ("argo-20260302T024000Z", "argo-20260303T024000Z"))
    assert all(one.uploaded_to and not one.upload_error for one in await house.shelf.records())


async def test_an_older_one_that_nobody_can_read_is_told_until_it_is_mended_or_gone_and_fails_no_round() -> None:
    house = House()
    old = msgspec.structs.replace(record(NOW - DAY, verified=False), findings=("cannot be read",), damaged=True)
    house.shelf.held[old.name] = old
    done = await house.keeper.run()
    assert (done.ok, done.backup.verified, done.damaged) == (True, True, (old.name,))
    assert done.why == "older backups that cannot be read: 1 (argo-20260301T024000Z)"
    await house.shelf.remove(old.name)
    house.clock.advance(DAY)
    assert (await house.keeper.run()).why == ""


async def test_a_young_one_that_did_not_hold_is_told_once_for_it_stays_as_evidence() -> None:
    house = House()
    house.trial.findings = ("a row is missing",)
    await house.keeper.run()
    house.trial.findings = ()
    house.clock.advance(DAY)
    assert (await house.keeper.run()).ok


async def test_without_another_place_nothing_waits_and_nothing_has_a_lifecycle() -> None:
    house = House(elsewhere=False)
    assert (await house.keeper.run()).ok
    with pytest.raises(StoreError, match=r"there is no other place: set backups\.bucket"):
        await house.keeper.lifecycle()


async def test_the_other_place_is_told_to_keep_them_for_seven_years() -> None:
    house = House()
    assert (await house.keeper.lifecycle(), house.upload.kept_days) == (2_557, 2_557)


async def test_what_is_past_its_time_goes_after_a_sound_backup_only() -> None:
    house = House(local_days=30)
    old = msgspec.structs.replace(record(NOW - 31 * DAY, uploaded=True))
    house.shelf.held[old.name] = old
    house.trial.findings = ("damaged",)
    assert (await house.keeper.run()).removed == ()
    house.trial.findings = ()
    house.clock.advance(DAY)
    assert (await house.keeper.run()).removed == (old.name,)
    assert old.name not in house.shelf.held


def test_nothing_younger_than_seven_years_is_removed_unless_it_lies_elsewhere() -> None:
    every_day = [record(NOW - days * DAY) for days in range(0, 3_000, 7)]
    gone = removable(every_day, NOW, 1)
    kept = {one.name for one in every_day} - set(gone)
    assert {one.name for one in every_day if one.taken_at is not None and NOW - one.taken_at <= KEPT_DAYS * DAY} == kept
    assert len(gone) == len([days for days in range(0, 3_000, 7) if days > 2_557])


DAMAGED = st.none() | st.datetimes() | st.datetimes(timezones=st.just(UTC))
AGES = st.lists(st.tuples(st.integers(0, 2_557), DAMAGED, st.booleans(), st.booleans()), unique_by=lambda one: one[0])


@given(AGES, st.sampled_from([None, 1]))
def test_no_damage_to_a_record_makes_a_young_backup_old(
    ages: list[tuple[int, datetime | None, bool, bool]], local_days: int | None
) -> None:
    held = [
        BackupRecord(
            name=backup_name(NOW - days * DAY),
            taken_at=said,
            bytes=0,
            verified_at=NOW if verified else None,
            findings=() if verified else ("damaged",),
            uploaded_to="s3://b/x" if carried else "",
        )
        for days, said, verified, carried in ages
    ]
    elsewhere = {one.name for one in held if one.verified and one.uploaded_to}
    assert set(removable(held, NOW, local_days)) <= (elsewhere if local_days else set())


@pytest.mark.parametrize("name", ["argo-before-the-move", "argo-20261399T024000Z"])
def test_a_backup_of_which_nothing_says_when_it_was_taken_stays(name: str) -> None:
    unknown = BackupRecord(name=name, taken_at=None, bytes=0, findings=("damaged",))
    assert removable([unknown, record(NOW)], NOW, 1) == ()
    assert last_backup([unknown]) is None
    assert due([unknown], HOUR, NOW + timedelta(hours=1), NOW - DAY)


@pytest.mark.parametrize(
    "taken", [datetime(year, month, 28, tzinfo=UTC) for year in range(2019, 2032) for month in (2, 3)]
)
def test_seven_years_are_whole_years_whatever_leap_years_lie_in_them(taken: datetime) -> None:
    assert not expired(taken, taken.replace(year=taken.year + 7))
    assert expired(taken, taken.replace(year=taken.year + 7) + 2 * DAY)


@pytest.mark.parametrize(
    ("one", "local_days", "goes"),
    [
        (record(NOW - 31 * DAY, uploaded=True), 30, True),
        (record(NOW - 31 * DAY, uploaded=True), None, False),
        (record(NOW - 31 * DAY, uploaded=False), 30, False),
        (record(NOW - 31 * DAY, verified=False, uploaded=True), 30, False),
        (record(NOW - 29 * DAY, uploaded=True), 30, False),
        (record(NOW - 2_558 * DAY), None, True),
    ],
)
def test_a_copy_here_goes_early_only_if_it_was_verified_and_lies_elsewhere(
    one: BackupRecord, local_days: int | None, goes: bool
) -> None:
    newest = record(NOW)
    assert removable([one, newest], NOW, local_days) == ((one.name,) if goes else ())


def test_the_newest_sound_backup_stays_however_old_it_is() -> None:
    only, bad = record(NOW - 3_000 * DAY, uploaded=True), record(NOW, verified=False)
    assert removable([only, bad], NOW, 1) == ()


@pytest.mark.parametrize(
    ("held", "now", "since", "is_due"),
    [
        ([], NOW + timedelta(hours=1), NOW - timedelta(hours=1), True),
        ([], NOW - timedelta(minutes=1), NOW - timedelta(hours=1), False),
        ([record(NOW)], NOW + timedelta(hours=23), NOW - 9 * DAY, False),
        ([record(NOW)], NOW + DAY - timedelta(seconds=1), NOW, False),
        ([record(NOW)], NOW + DAY, NOW, True),
        ([record(NOW - DAY)], NOW + timedelta(minutes=1), NOW, True),
        ([record(NOW + timedelta(seconds=5), verified=False)], NOW + timedelta(hours=2), NOW - DAY, True),
        ([record(NOW - 5 * DAY)], NOW + timedelta(hours=2), NOW + timedelta(hours=1), True),
    ],
)
def test_a_backup_is_due_once_a_day_and_missed_ones_are_caught_up(
    held: list[BackupRecord], now: datetime, since: datetime, is_due: bool
) -> None:
    assert due(held, HOUR, now, since) is is_due


def test_the_last_backup_is_shown_whether_it_held_or_not() -> None:
    assert last_backup([]) is None
    shown = last_backup([record(NOW, verified=False), record(NOW - DAY, uploaded=True)])
    assert shown is not None
    assert (shown.taken_at, shown.verified, shown.uploaded, shown.bytes) == (NOW, False, False, 1)


def test_a_failure_is_one_critical_matter_and_the_next_sound_backup_ends_it() -> None:
    failed, over = backup_alert("the disk is full", NOW), backup_alert("", NOW + DAY)
    assert (failed.severity, failed.resolved, failed.message) == (Severity.CRITICAL, False, "the disk is full")
    assert (over.dedup_key, over.resolved) == (failed.dedup_key, True)


def test_a_backups_place_is_that_of_its_day() -> None:
    assert (
        place_below("s3://b/backups/", "argo-20260302T024000Z")
        == "s3://b/backups/argo/2026/03/02/argo-20260302T024000Z"
    )
