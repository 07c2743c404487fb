"""An old backup is noticed before anything is signed, and what was lost comes back only as it was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from argo_core.adapters.entry_files import EntryFiles
from argo_core.errors import Disputed, StoreError
from argo_core.ledger import SigningKey
from argo_core.ledger.batch import draft
from argo_core.model.ledger import LogHead
from argo_core.pipeline.ledger_feed import LedgerFeed
from argo_core.pipeline.recover import Recovery
from argo_core.pipeline.restore_guard import RestoreGuard
from argo_core.testing.memory_ledger import MemoryLedger
from argo_core.testing.memory_log import MemoryLog
from argo_core.testing.memory_witness import MemoryWitness
from argo_core.testing.sample_cycles import MOMENT, published_cycle, sample_cycle, sample_decision, sample_outcome
from argo_core.testing.sample_ledger import KEY, ORIGIN, append_sealed, sample_ledger

NOW = MOMENT + timedelta(days=3)


class Copy:
    """Another copy of the log: `entries` and `note` are what it shows."""

    def __init__(self, entries: Sequence[bytes], note: bytes | None) -> None:
        self.shown, self.note = list(entries), note

    async def newest(self, origin: str) -> bytes | None:
        return self.note if origin == ORIGIN else None

    async def entries(self, start: int, limit: int) -> tuple[bytes, ...]:
        return tuple(self.shown[start : start + min(limit, 3)])


async def grown(cycles: int) -> MemoryLedger:
    """A log after that many cycles; the same each time, so that a shorter one is a backup of a longer one."""
    kept = MemoryLedger()
    log, ledger = MemoryLog(kept), sample_ledger(kept)
    for number in range(cycles):
        at = MOMENT + timedelta(hours=9 * number)
        record = published_cycle(f"c{number}", ["AAPL", "NVDA"], at=at)
        await append_sealed(ledger, log, record, at)
        if number % 2:
            ended = sample_cycle(f"e{number}", outcomes=[sample_outcome(record.signals[0], at=at)], at=at)
            await append_sealed(ledger, log, ended, at)
    return kept


async def copy_of(kept: MemoryLedger) -> Copy:
    newest = await kept.checkpoint()
    return Copy(await kept.entries(0, 2_000), None if newest is None else newest.note)


def guard(kept: MemoryLedger, *witnesses: MemoryWitness) -> RestoreGuard:
    return RestoreGuard(LedgerFeed(kept), witnesses, ORIGIN, (KEY.verifier,))


async def witness_of(kept: MemoryLedger) -> MemoryWitness:
    witness, newest = MemoryWitness(ORIGIN, [KEY.verifier]), await kept.checkpoint()
    assert newest is not None
    await witness.submit(0, (), newest.note, newest.size)
    return witness


async def test_a_log_at_or_beyond_what_was_witnessed_may_go_on() -> None:
    fresh = MemoryWitness(ORIGIN, [KEY.verifier], "fresh.example/w")
    for cycles in (3, 4):
        kept = await grown(cycles)
        report = await guard(kept, await witness_of(await grown(3)), fresh).check()
        assert (report.confirmed, report.unaware) == (("witness.example/w",), ("fresh.example/w",))
        assert report.unreachable == ()


async def test_an_old_backup_is_refused_before_anything_is_signed() -> None:
    with pytest.raises(Disputed) as refused:
        await guard(await grown(2), await witness_of(await grown(3))).check()
    assert refused.value.code == "behind"
    assert "argo ledger recover" in str(refused.value)


async def test_an_empty_log_where_one_was_witnessed_is_refused() -> None:
    with pytest.raises(Disputed):
        await guard(MemoryLedger(), await witness_of(await grown(1))).check()


async def test_another_history_of_the_same_length_is_refused() -> None:
    other = draft(LogHead(), [b"%d" % index for index in range(4)], ORIGIN, [KEY], MOMENT).batch
    witness = MemoryWitness(ORIGIN, [KEY.verifier])
    await witness.submit(0, (), other.note, 4)
    with pytest.raises(Disputed) as refused:
        await guard(await grown(2), witness).check()
    assert refused.value.code == "split_view"


async def test_a_witness_that_shows_a_note_of_another_key_is_refused() -> None:
    forged = draft(LogHead(), [b"x"], ORIGIN, [SigningKey(ORIGIN, bytes(32))], MOMENT).batch
    witness = MemoryWitness(ORIGIN, [KEY.verifier])
    witness.seen = (1, forged.root, forged.note)
    with pytest.raises(Disputed) as refused:
        await guard(await grown(2), witness).check()
    assert refused.value.code == "bad_log_signature"


async def test_a_witness_that_is_down_is_reported() -> None:
    kept = await grown(1)
    witness = await witness_of(kept)
    witness.down = True
    report = await guard(kept, witness).check()
    assert (report.size, report.confirmed, report.unreachable) == (4, (), ("witness.example/w",))


async def test_lost_entries_come_back_and_the_log_goes_on_without_a_fork() -> None:
    whole, backup = await grown(4), await grown(2)
    size = (await whole.load()).head.size
    found = await Recovery(backup, ORIGIN, (KEY.verifier,)).recover(await copy_of(whole), NOW)
    assert (found.before, found.after, found.hidden) == (10, size, 3)
    assert await backup.entries(0, 2_000) == await whole.entries(0, 2_000)
    assert (await backup.load()).facts == (await whole.load()).facts
    assert (await guard(backup, await witness_of(whole)).check()).size == size
    await sample_ledger(backup).keep(NOW)
    await append_sealed(sample_ledger(backup), MemoryLog(backup), published_cycle("new", ["TSLA"]), NOW)
    assert (await guard(backup, await witness_of(whole)).check()).size > size


async def test_a_log_that_is_lost_whole_is_rebuilt_from_its_line_files(tmp_path: Path) -> None:
    whole, files = await grown(4), EntryFiles(tmp_path)
    await files.catch_up(whole)
    rebuilt = MemoryLedger()
    await Recovery(rebuilt, ORIGIN, (KEY.verifier,)).recover(EntryFiles(tmp_path), NOW)
    assert await rebuilt.entries(0, 2_000) == await whole.entries(0, 2_000)
    ours, theirs = (await rebuilt.load()).head, (await whole.load()).head
    assert (ours.size, ours.edge, ours.at) == (theirs.size, theirs.edge, theirs.at)


async def test_a_copy_that_lies_gives_nothing() -> None:
    whole = await grown(3)
    for index in (0, 10, -1):
        backup, copy = await grown(2), await copy_of(whole)
        if index == 0:
            copy.shown[10:12] = copy.shown[11:9:-1]
        else:
            copy.shown[index] = copy.shown[index].replace(b'"at":"2026', b'"at":"2025')
        with pytest.raises(Disputed):
            await Recovery(backup, ORIGIN, (KEY.verifier,)).recover(copy, NOW)
        assert (await backup.load()).head.size == 10


async def test_a_copy_that_ends_early_or_has_no_note_gives_nothing() -> None:
    backup, copy = await grown(2), await copy_of(await grown(3))
    del copy.shown[-1]
    recovery = Recovery(backup, ORIGIN, (KEY.verifier,))
    with pytest.raises(StoreError):
        await recovery.recover(copy, NOW)
    copy.note = None
    with pytest.raises(StoreError):
        await recovery.recover(copy, NOW)


async def test_a_note_that_we_did_not_sign_gives_nothing() -> None:
    backup, copy = await grown(2), await copy_of(await grown(3))
    with pytest.raises(Disputed):
        await Recovery(backup, ORIGIN, (SigningKey(ORIGIN, bytes(32)).verifier,)).recover(copy, NOW)


async def test_nothing_is_taken_from_a_copy_that_has_no_more() -> None:
    whole = await grown(2)
    found = await Recovery(whole, ORIGIN, (KEY.verifier,)).recover(await copy_of(await grown(1)), NOW)
    assert (found.before, found.after) == (10, 10)


async def test_a_day_of_decisions_is_not_committed_twice_after_a_recovery() -> None:
    kept = MemoryLedger()
    log, ledger = MemoryLog(kept), sample_ledger(kept)
    await append_sealed(ledger, log, sample_cycle("c1", decisions=[sample_decision("d1")]))
    await ledger.keep(MOMENT + timedelta(days=1))
    rebuilt = MemoryLedger()
    await Recovery(rebuilt, ORIGIN, (KEY.verifier,)).recover(await copy_of(kept), NOW)
    assert await sample_ledger(rebuilt).keep(NOW) is None
