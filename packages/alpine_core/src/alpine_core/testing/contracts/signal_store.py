"""What every signal store must do. Fixture: `house`, an empty SignalHouse."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from alpine_core.model import Alarm, AlarmKind, Receipt, ReceiptStatus, RecordKind
from alpine_core.testing.samples import MOMENT, sample_outcome, sample_verified
from alpine_core.testing.signal_house import SignalHouse


def told(receipt: Receipt) -> tuple[str, str, str | None, int | None]:
    """What the provider sees of a receipt."""
    return (receipt.signal_id, receipt.status.value, receipt.code, receipt.alpine_signal_id)


def _raised(kind: AlarmKind, subject: str, offered: str, seconds: float) -> Alarm:
    at = MOMENT + timedelta(seconds=seconds)
    return Alarm(kind=kind, subject=subject, stored="", offered=offered, evidence=b"", raised_at=at)


class SignalStoreContract:
    async def test_cursors_are_dense_over_signals_and_outcomes(self, house: SignalHouse) -> None:
        first = await house.store.store([sample_verified("a"), sample_verified("b")], MOMENT)
        resolved = await house.store.store_outcomes([sample_outcome("a")], MOMENT)
        last = await house.store.store([sample_verified("c")], MOMENT)
        assert [receipt.record_cursor for receipt in (*first, *resolved, *last)] == [1, 2, 3, 4]
        assert [told(receipt) for receipt in (*first, *resolved, *last)] == [
            ("a", "accepted", None, 1),
            ("b", "accepted", None, 2),
            ("a", "accepted", None, 1),
            ("c", "accepted", None, 4),
        ]
        assert await house.shelf.newest_cursor() == 4

    async def test_a_signal_reads_back_as_it_was_verified(self, house: SignalHouse) -> None:
        whole = sample_verified("whole")
        bare = sample_verified("bare", stop_price=None, target_price=None, votes=[], decision={}, regime=None)
        await house.store.store([whole, bare], MOMENT)
        for verified in (whole, bare):
            stored = await house.shelf.by_id(verified.fields.signal_id)
            assert stored is not None
            assert stored.verified == verified
            assert (stored.received_at, stored.outcome, stored.resolved_at) == (MOMENT, None, None)

    async def test_characters_of_every_kind_read_back(self, house: SignalHouse) -> None:
        odd = sample_verified("odd", strategy="Überkauf→ΔΩ", reasoning="quote ' \" \\ % ? $1 \u2028 \U0001f680\n")
        await house.store.store([odd], MOMENT)
        stored = await house.shelf.by_id("odd")
        assert stored is not None
        assert stored.verified == odd

    async def test_the_same_content_again_is_a_duplicate_that_names_the_stored_one(self, house: SignalHouse) -> None:
        await house.store.store([sample_verified("a")], MOMENT)
        again = await house.store.store([sample_verified("a")], MOMENT)
        assert [told(receipt) for receipt in again] == [("a", "duplicate", "duplicate", 1)]
        assert again[0].record_cursor is None
        assert await house.shelf.newest_cursor() == 1
        assert await house.alarms.newest(10) == ()
        assert await house.alarms.count_alarms() == 0

    async def test_another_content_under_a_known_name_is_a_conflict_with_an_alarm(self, house: SignalHouse) -> None:
        first, other = sample_verified("a"), sample_verified("a", entry_price=176.0)
        await house.store.store([first], MOMENT)
        for _ in range(2):
            receipts = await house.store.store([other], MOMENT)
            assert [told(receipt) for receipt in receipts] == [("a", "conflict", "conflict", 1)]
        stored = await house.shelf.by_id("a")
        assert stored is not None
        assert stored.verified == first
        alarms = await house.alarms.newest(10)
        assert [(alarm.kind, alarm.subject, alarm.stored, alarm.offered, alarm.evidence) for alarm in alarms] == [
            (AlarmKind.SIGNAL_CONFLICT, "a", first.verification_hash, other.verification_hash, other.body)
        ]

    async def test_within_one_call_earlier_items_count_as_stored(self, house: SignalHouse) -> None:
        receipts = await house.store.store(
            [sample_verified("a"), sample_verified("a"), sample_verified("a", entry_price=176.0)], MOMENT
        )
        assert [told(receipt) for receipt in receipts] == [
            ("a", "accepted", None, 1),
            ("a", "duplicate", "duplicate", 1),
            ("a", "conflict", "conflict", 1),
        ]
        assert len(await house.alarms.newest(10)) == 1
        assert await house.alarms.count_alarms() == 1

    async def test_storing_nothing_changes_nothing(self, house: SignalHouse) -> None:
        assert await house.store.store([], MOMENT) == ()
        assert await house.store.store_outcomes([], MOMENT) == ()
        assert await house.shelf.newest_cursor() == 0

    async def test_the_first_outcome_stands(self, house: SignalHouse) -> None:
        await house.store.store([sample_verified("a")], MOMENT)
        win, loss = sample_outcome("a"), sample_outcome("a", outcome="loss", profit_loss_pct=None, exit_price=None)
        later = MOMENT + timedelta(hours=1)
        receipts = await house.store.store_outcomes([win, win, loss], later)
        assert [told(receipt) for receipt in receipts] == [
            ("a", "accepted", None, 1),
            ("a", "duplicate", "duplicate", 1),
            ("a", "conflict", "conflict", 1),
        ]
        again = await house.store.store_outcomes([win], later)
        assert [told(receipt) for receipt in again] == [("a", "duplicate", "duplicate", 1)]
        stored = await house.shelf.by_id("a")
        assert stored is not None
        assert (stored.outcome, stored.resolved_at, stored.received_at) == (win, later, MOMENT)
        assert [alarm.kind for alarm in await house.alarms.newest(10)] == [AlarmKind.OUTCOME_CONFLICT]

    async def test_an_outcome_of_an_unknown_signal_is_refused_by_name(self, house: SignalHouse) -> None:
        receipts = await house.store.store_outcomes([sample_outcome("ghost")], MOMENT)
        assert [told(receipt) for receipt in receipts] == [("ghost", "refused", "unknown_signal", None)]
        assert await house.shelf.newest_cursor() == 0

    async def test_times_never_decrease_along_the_cursors(self, house: SignalHouse) -> None:
        await house.store.store([sample_verified("a")], MOMENT)
        await house.store.store([sample_verified("b")], MOMENT - timedelta(hours=1))
        records = await house.shelf.after(0, 10)
        assert [record.recorded_at for record in records] == [MOMENT, MOMENT]

    async def test_a_signals_record_stays_as_it_was_after_its_outcome(self, house: SignalHouse) -> None:
        await house.store.store([sample_verified("a")], MOMENT)
        before = await house.shelf.after(0, 10)
        await house.store.store_outcomes([sample_outcome("a")], MOMENT + timedelta(hours=1))
        after = await house.shelf.after(0, 10)
        assert after[0] == before[0]
        assert [(record.cursor, record.kind) for record in after] == [(1, RecordKind.SIGNAL), (2, RecordKind.OUTCOME)]
        assert after[1].stored.outcome == sample_outcome("a")
        assert after[1].stored.cursor == 1

    async def test_concurrent_stores_leave_no_gap_and_no_double(self, house: SignalHouse) -> None:
        names = [f"s{number}" for number in range(12)]
        given = [[sample_verified(names[(at + step) % 12]) for step in range(3)] for at in range(12)]
        receipts = await asyncio.gather(*(house.store.store(signals, MOMENT) for signals in given))
        accepted = [one.alpine_signal_id for some in receipts for one in some if one.status is ReceiptStatus.ACCEPTED]
        assert sorted(number for number in accepted if number is not None) == list(range(1, 13))
        records = await house.shelf.after(0, 100)
        assert [record.cursor for record in records] == list(range(1, 13))
        assert sorted(record.stored.verified.fields.signal_id for record in records) == sorted(names)

    async def test_an_alarm_raised_twice_is_one_alarm_and_the_newest_comes_first(self, house: SignalHouse) -> None:
        alarm = Alarm(
            kind=AlarmKind.AUDIT_FINDING, subject="a", stored="x", offered="y", evidence=b"z", raised_at=MOMENT
        )
        other = Alarm(
            kind=AlarmKind.AUDIT_FINDING, subject="b", stored="x", offered="y", evidence=b"", raised_at=MOMENT
        )
        for one in (alarm, alarm, other):
            await house.store.raise_alarm(one)
        assert [(found.alarm_id, found.subject) for found in await house.alarms.newest(10)] == [(2, "b"), (1, "a")]
        assert [found.alarm_id for found in await house.alarms.newest(1)] == [2]

    async def test_of_each_kind_the_subjects_since_a_moment_are_told_the_first_first(self, house: SignalHouse) -> None:
        raised = [("a", "1", 0), ("b", "1", 1), ("c", "1", 2), ("b", "2", 3)]
        for subject, offered, seconds in raised:
            await house.store.raise_alarm(_raised(AlarmKind.MARK_CONFLICT, subject, offered, seconds))
        await house.store.raise_alarm(_raised(AlarmKind.SPLIT_VIEW, "log", "1", 1))
        told = [(one.kind, one.subject, one.raised_at) for one in await house.alarms.subjects_since(MOMENT, 2)]
        assert told == [
            (AlarmKind.MARK_CONFLICT, "b", MOMENT + timedelta(seconds=3)),
            (AlarmKind.MARK_CONFLICT, "c", MOMENT + timedelta(seconds=2)),
            (AlarmKind.SPLIT_VIEW, "log", MOMENT + timedelta(seconds=1)),
        ]
        assert [one.subject for one in await house.alarms.subjects_since(MOMENT, 1)] == ["b", "log"]
