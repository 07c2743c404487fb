"""What every provable log must do with rows that come back with its entries.

Fixtures: an empty `log`; `store` and `ledgers` over its storage.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta

from argo_core.errors import StoreError
from argo_core.ledger.batch import draft
from argo_core.model.ledger import LedgerBatch
from argo_core.model.restored import Restored, RestoredSignal
from argo_core.pipeline.recover import Recovered, Recovery
from argo_core.ports import LedgerReader, LedgerStore, SignalLog
from argo_core.testing.memory_ledger import MemoryLedger
from argo_core.testing.memory_log import MemoryLog
from argo_core.testing.sample_cycles import MOMENT, sample_cycle, sample_outcome, sample_signal
from argo_core.testing.sample_ledger import KEY, ORIGIN, append_sealed, sample_ledger
from argo_core.testing.sample_recovery import LAST_MOMENT, LedgerCopy, write_after_backup, write_until_backup

LATER = LAST_MOMENT + timedelta(hours=1)


class LedgerRecoveryContract:
    async def test_recovered_signals_are_as_open_and_as_revealed_as_the_log_says(
        self, log: SignalLog, store: LedgerStore, ledgers: LedgerReader
    ) -> None:
        found = await recovered(log, store)
        assert (found.before, found.after, found.hidden) == (4, 17, 1)
        unresolved = (await store.load()).unresolved
        assert {signal_id: one.revealed for signal_id, one in unresolved.items()} == {
            "c0-s1": True,
            "c1-s1": True,
            "c1-s2": True,
        }
        seal = unresolved["c1-s2"].seal
        assert (seal.leaf_index, seal.stream, seal.seq, seal.salt) == (8, "main", 4, (5).to_bytes(32, "big"))
        assert seal.reveal_by == MOMENT + timedelta(hours=26)

    async def test_the_open_book_after_a_recovery_holds_no_signal_that_the_log_has_closed(
        self, log: SignalLog, store: LedgerStore, ledgers: LedgerReader
    ) -> None:
        await recovered(log, store)
        assert [one.sealed.signal.signal_id for one in await log.open_signals()] == ["c0-s1", "c1-s1", "c1-s2"]

    async def test_a_recovered_signal_says_that_it_was_recovered_and_nothing_that_is_not_known(
        self, log: SignalLog, store: LedgerStore, ledgers: LedgerReader
    ) -> None:
        await recovered(log, store)
        (one,) = [one for one in await log.open_signals() if one.sealed.signal.signal_id == "c1-s1"]
        issued, at = sample_signal("c1-s1", symbol="TS1", at=MOMENT + timedelta(hours=2)), MOMENT + timedelta(hours=2)
        assert one.sealed.signal.hashed_fields() == issued.signal.hashed_fields()
        assert (one.sealed.scheme, one.sealed.verification_hash) == (issued.scheme, issued.verification_hash)
        signal = one.sealed.signal
        assert (signal.generated_by, signal.data_source, signal.regime) == ("recovered", "unknown", "UNKNOWN")
        assert (signal.reasoning, signal.votes, signal.win_probability, signal.asset_type) == ("", (), None, "equity")
        assert (signal.as_of, signal.horizon_at) == (at, at + timedelta(days=7))
        assert one.created_at == at.replace(microsecond=0)

    async def test_after_a_recovery_nothing_is_revealed_or_closed_twice(
        self, log: SignalLog, store: LedgerStore, ledgers: LedgerReader
    ) -> None:
        await recovered(log, store)
        ledger = sample_ledger(store)
        ended = [sample_outcome(one.sealed, at=LATER) for one in await log.open_signals()]
        await append_sealed(ledger, log, sample_cycle("e2", outcomes=ended, at=LATER), LATER)
        await ledger.keep(LATER + timedelta(days=9))
        entries = [json.loads(entry) for entry in await ledgers.entries(0, 2_000)]
        assert [one["of"] for one in entries if one["kind"] == "reveal"] == [2, 6, 3, 7, 8]
        assert [one["of"] for one in entries if one["kind"] == "outcome"] == [2, 6, 3, 7, 8]

    async def test_numbers_go_on_behind_those_of_signals_that_stay_hidden(
        self, log: SignalLog, store: LedgerStore, ledgers: LedgerReader
    ) -> None:
        await recovered(log, store)
        assert (await store.load()).head.next_seq == {"main": 6}
        new = sample_signal("new", symbol="NEW", at=LATER)
        drafted = await append_sealed(sample_ledger(store), log, sample_cycle("n", signals=[new], at=LATER), LATER)
        assert drafted is not None
        assert [seal.seq for seal in drafted.seals] == [6]

    async def test_rows_that_are_stored_already_are_refused_with_their_entries(
        self, log: SignalLog, store: LedgerStore, ledgers: LedgerReader
    ) -> None:
        await write_until_backup(log, sample_ledger(store))
        head = (await store.load()).head
        batch = draft(head, [b'{"at":"x","kind":"tally","v":1}'], ORIGIN, [KEY], MOMENT).batch
        again = RestoredSignal(sealed=sample_signal("c0-s0"), logged_at=MOMENT)
        await _refused(store, batch, [again])
        assert (await store.load()).head == head
        assert len(await log.open_signals()) == 2


async def recovered(log: SignalLog, store: LedgerStore) -> Recovered:
    """The half of the history that the backup holds, and then the rest from a copy."""
    whole = MemoryLedger()
    kept, writer = MemoryLog(whole), sample_ledger(whole)
    await write_until_backup(kept, writer)
    await write_after_backup(kept, writer)
    await write_until_backup(log, sample_ledger(store))
    return await Recovery(store, ORIGIN, (KEY.verifier,)).recover(LedgerCopy(whole), LATER)


async def _refused(store: LedgerStore, batch: LedgerBatch, signals: Sequence[RestoredSignal]) -> None:
    try:
        await store.append(batch, restored=Restored(signals=tuple(signals)))
    except StoreError:
        return
    raise AssertionError("a signal was stored a second time")
