"""What every provable log must do. Fixtures: an empty `log`; `store`, `ledgers`, `cosignatures` over its storage."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from argo_core.errors import DataError, StoreError
from argo_core.ledger.batch import draft
from argo_core.ledger.checkpoint import open_checkpoint
from argo_core.ledger.merkle import leaf_hash, verify_consistency, verify_inclusion
from argo_core.ledger.note_key import VerifierKey
from argo_core.ledger.stored_hashes import consistency_plan, inclusion_plan, root_plan
from argo_core.model.ledger import Cosignature, LedgerBatch, LogHead
from argo_core.model.outcome import Result
from argo_core.ports import CosignatureStore, LedgerReader, LedgerStore, Outbox, SignalLog
from argo_core.testing.sample_cycles import (
    MOMENT,
    published_cycle,
    sample_cycle,
    sample_decision,
    sample_outcome,
)
from argo_core.testing.sample_ledger import KEY, ORIGIN, append_sealed, sample_ledger

DAY = timedelta(days=1)
LOG_KEYS: list[VerifierKey] = [KEY.verifier]


async def said(reader: LedgerReader) -> list[dict[str, Any]]:
    """Every entry, read."""
    return [json.loads(entry) for entry in await reader.entries(0, 2_000)]


def kinds(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["kind"] for entry in entries]


class LedgerContract:
    async def test_an_empty_log_begins_with_its_genesis_and_its_method(
        self, store: LedgerStore, ledgers: LedgerReader
    ) -> None:
        assert await ledgers.checkpoint() is None
        assert (await store.load()).head == LogHead()
        await sample_ledger(store).keep(MOMENT)
        genesis, method = await said(ledgers)
        assert (genesis["kind"], genesis["origin"], genesis["at"]) == ("genesis", ORIGIN, "2026-03-02T15:30:00.250000Z")
        assert (method["kind"], method["name"], method["sha256"]) == (
            "policy",
            "methodology",
            genesis["methodology_sha256"],
        )

    async def test_a_second_start_adds_nothing(self, store: LedgerStore, ledgers: LedgerReader) -> None:
        await sample_ledger(store).keep(MOMENT)
        assert await sample_ledger(store).keep(MOMENT + timedelta(hours=1)) is None
        assert len(await said(ledgers)) == 2

    async def test_signals_are_sealed_in_a_dense_sequence_with_the_cycle(
        self, log: SignalLog, store: LedgerStore, ledgers: LedgerReader
    ) -> None:
        ledger = sample_ledger(store)
        await append_sealed(ledger, log, published_cycle("c1", ["AAPL", "NVDA"]))
        await append_sealed(ledger, log, published_cycle("c2", ["TSLA"]))
        signals = [entry for entry in await said(ledgers) if entry["kind"] == "signal"]
        assert [(entry["stream"], entry["seq"]) for entry in signals] == [("main", 0), ("main", 1), ("main", 2)]
        state = await store.load()
        assert [one.seal.salt[-1] for one in state.unresolved.values()] == [1, 2, 3]
        assert [one.fields["symbol"] for one in state.unresolved.values()] == ["AAPL", "NVDA", "TSLA"]
        assert (state.head.size, state.head.next_seq) == (5, {"main": 3})

    async def test_what_a_restart_loads_is_what_the_writer_held(self, log: SignalLog, store: LedgerStore) -> None:
        ledger = sample_ledger(store)
        for number in range(7):
            cycle = published_cycle(f"c{number}", ["AAPL", "NVDA"][: 1 + number % 2])
            await append_sealed(ledger, log, cycle, MOMENT + timedelta(seconds=number))
        held = await ledger.head()
        ledger.forget()
        assert await ledger.head() == held

    async def test_closing_a_signal_reveals_it_first(
        self, log: SignalLog, store: LedgerStore, ledgers: LedgerReader
    ) -> None:
        ledger, cycle = sample_ledger(store), published_cycle("c1", ["AAPL"])
        await append_sealed(ledger, log, cycle)
        ended = sample_outcome(cycle.signals[0], at=MOMENT + timedelta(minutes=2))
        later = MOMENT + timedelta(minutes=3)
        await append_sealed(ledger, log, sample_cycle("c2", outcomes=[ended], at=later), later)
        reveal, outcome = (await said(ledgers))[-2:]
        assert (reveal["kind"], reveal["of"], reveal["salt"]) == ("reveal", 2, "0" * 63 + "1")
        assert reveal["signal"] == cycle.signals[0].signal.hashed_fields()
        assert (outcome["kind"], outcome["of"], outcome["result"]) == ("outcome", 2, "target")
        assert (outcome["exit_at"], outcome["source"]) == ("2026-03-02T15:32:00.250000Z", "replay_sample")
        assert (await store.load()).unresolved == {}

    async def test_the_exit_of_a_replay_is_logged_at_the_moment_it_was_found(
        self, log: SignalLog, store: LedgerStore, ledgers: LedgerReader
    ) -> None:
        ledger, cycle = sample_ledger(store), published_cycle("c1", ["AAPL"])
        await append_sealed(ledger, log, cycle)
        ended = sample_outcome(cycle.signals[0], result=Result.STOP, at=datetime(2019, 1, 2, tzinfo=UTC))
        await append_sealed(ledger, log, sample_cycle("c2", outcomes=[ended]), MOMENT + timedelta(seconds=9))
        assert (await said(ledgers))[-1]["exit_at"] == "2026-03-02T15:30:09.250000Z"

    async def test_a_signal_is_revealed_before_its_time_is_over_and_its_outcome_follows(
        self, log: SignalLog, store: LedgerStore, ledgers: LedgerReader
    ) -> None:
        ledger, cycle = sample_ledger(store, reveal_after_hours=1), published_cycle("c1", ["AAPL", "NVDA"])
        await append_sealed(ledger, log, cycle)
        assert await ledger.keep(MOMENT + timedelta(minutes=54)) is None
        await ledger.keep(MOMENT + timedelta(minutes=56))
        assert kinds(await said(ledgers))[-2:] == ["reveal", "reveal"]
        assert all(one.revealed for one in (await store.load()).unresolved.values())
        late = MOMENT + timedelta(minutes=58)
        ended = sample_outcome(cycle.signals[1], at=late)
        await append_sealed(ledger, log, sample_cycle("c2", outcomes=[ended], at=late), late)
        assert kinds(await said(ledgers))[-3:] == ["reveal", "reveal", "outcome"]

    async def test_signals_from_before_the_log_get_one_entry_per_scheme(
        self, log: SignalLog, store: LedgerStore, ledgers: LedgerReader
    ) -> None:
        await log.append(published_cycle("c1", ["AAPL", "NVDA"]))
        first = published_cycle("c1", ["AAPL", "NVDA"])
        await sample_ledger(store).keep(MOMENT)
        legacy = [entry for entry in await said(ledgers) if entry["kind"] == "legacy"]
        root = draft(
            LogHead(),
            [bytes.fromhex(one.verification_hash) for one in first.signals],
            ORIGIN,
            [KEY],
            MOMENT,
        ).batch.root
        assert [(entry["scheme"], entry["count"], entry["root"]) for entry in legacy] == [("jcs-1", 2, root.hex())]
        await log.append(published_cycle("c2", ["TSLA"]))
        await sample_ledger(store).keep(MOMENT)
        legacy = [entry for entry in await said(ledgers) if entry["kind"] == "legacy"]
        assert [entry["count"] for entry in legacy] == [2, 1]
        assert await store.unsealed() == {}

    async def test_the_outcome_of_a_signal_without_a_seal_has_no_entry(
        self, log: SignalLog, store: LedgerStore, ledgers: LedgerReader
    ) -> None:
        cycle = published_cycle("c1", ["AAPL"])
        await log.append(cycle)
        drafted = await append_sealed(
            sample_ledger(store), log, sample_cycle("c2", outcomes=[sample_outcome(cycle.signals[0])])
        )
        assert drafted is None
        assert "outcome" not in kinds(await said(ledgers))

    async def test_the_decisions_of_a_finished_day_are_committed_on_the_next(
        self, log: SignalLog, store: LedgerStore, ledgers: LedgerReader
    ) -> None:
        ledger = sample_ledger(store)
        decisions = [sample_decision("d1"), sample_decision("d2", symbol="NVDA")]
        await append_sealed(ledger, log, sample_cycle("c1", decisions=decisions[:1]))
        await append_sealed(ledger, log, sample_cycle("c2", decisions=decisions[1:]))
        assert "decisions" not in kinds(await said(ledgers))
        await ledger.keep(MOMENT + DAY)
        (entry,) = [entry for entry in await said(ledgers) if entry["kind"] == "decisions"]
        bodies = [msgspec.json.encode(decision) for decision in decisions]
        root = draft(LogHead(), bodies, ORIGIN, [KEY], MOMENT).batch.root.hex()
        assert (entry["date"], entry["count"], entry["root"]) == ("2026-03-02", 2, root)
        assert await ledger.keep(MOMENT + DAY) is None

    async def test_days_that_passed_while_nobody_ran_are_committed_at_the_next_start(
        self, log: SignalLog, store: LedgerStore, ledgers: LedgerReader
    ) -> None:
        await log.append(sample_cycle("c1", decisions=[sample_decision("d1")]))
        await log.append(sample_cycle("c2", decisions=[sample_decision("d2")], at=MOMENT + 2 * DAY))
        await log.append(sample_cycle("c3", decisions=[sample_decision("d3")], at=MOMENT + 3 * DAY))
        await sample_ledger(store).keep(MOMENT + 3 * DAY)
        days = [entry["date"] for entry in await said(ledgers) if entry["kind"] == "decisions"]
        assert days == ["2026-03-02", "2026-03-04"]

    async def test_a_tally_of_every_stream_is_logged_once_a_day(
        self, log: SignalLog, store: LedgerStore, ledgers: LedgerReader
    ) -> None:
        ledger = sample_ledger(store)
        await append_sealed(ledger, log, published_cycle("c1", ["AAPL", "NVDA"]))
        await ledger.keep(MOMENT + DAY)
        await ledger.keep(MOMENT + DAY + timedelta(hours=1))
        tallies = [entry for entry in await said(ledgers) if entry["kind"] == "tally"]
        assert [(entry["at"], entry["streams"]) for entry in tallies] == [("2026-03-03T15:30:00.250000Z", {"main": 2})]

    async def test_every_checkpoint_opens_and_proves_every_entry_before_it(
        self, log: SignalLog, store: LedgerStore, ledgers: LedgerReader
    ) -> None:
        ledger = sample_ledger(store)
        for number in range(6):
            await append_sealed(ledger, log, published_cycle(f"c{number}", ["AAPL", "NVDA", "TSLA"][: 1 + number % 3]))
        entries = await ledgers.entries(0, 2_000)
        size, roots = 0, {0: leaf_hash(b"")}
        while (found := await ledgers.checkpoint_after(size)) is not None:
            opened = open_checkpoint(found.note, ORIGIN, LOG_KEYS).checkpoint
            assert (opened.size, opened.root) == (found.size, found.root)
            plan = root_plan(found.size)
            assert plan.proof(await ledgers.hashes(plan.positions)) == (found.root,)
            for index in range(found.size):
                plan = inclusion_plan(index, found.size)
                proof = plan.proof(await ledgers.hashes(plan.positions))
                verify_inclusion(index, found.size, leaf_hash(entries[index]), proof, found.root)
            if size:
                plan = consistency_plan(size, found.size)
                proof = plan.proof(await ledgers.hashes(plan.positions))
                verify_consistency(size, found.size, roots[size], found.root, proof)
            size, roots = found.size, {**roots, found.size: found.root}
        assert size == len(entries) == 14

    async def test_the_newest_checkpoint_that_is_not_larger(
        self, log: SignalLog, store: LedgerStore, ledgers: LedgerReader
    ) -> None:
        ledger = sample_ledger(store)
        await append_sealed(ledger, log, published_cycle("c1", ["AAPL", "NVDA"]))
        sizes = [None if one is None else one.size for one in [await ledgers.checkpoint(n) for n in range(6)]]
        assert sizes == [None, None, 2, 2, 4, 4]
        assert await ledgers.entries(4, 10) == ()

    async def test_a_batch_that_does_not_follow_is_refused_whole(
        self, log: SignalLog, store: LedgerStore, ledgers: LedgerReader
    ) -> None:
        first, second = sample_ledger(store), sample_ledger(store)
        await first.keep(MOMENT)
        await second.keep(MOMENT)
        await append_sealed(first, log, published_cycle("c1", ["AAPL"]))
        held = await ledgers.checkpoint()
        await self._refused(append_sealed(second, log, published_cycle("c2", ["NVDA"])))
        state = (await store.load()).head
        gap = msgspec.structs.replace(state, size=state.size + 1, edge=(bytes(32),) * (state.size + 1).bit_count())
        await self._refused(store.append(_one_entry(gap)))
        assert await ledgers.checkpoint() == held
        assert [one.sealed.signal.signal_id for one in await log.open_signals()] == ["c1-s0"]

    async def test_after_a_refused_append_the_writer_reads_what_is_there_and_goes_on(
        self, log: SignalLog, store: LedgerStore, ledgers: LedgerReader
    ) -> None:
        ledger = sample_ledger(store)
        await append_sealed(ledger, log, published_cycle("c1", ["AAPL"]))
        await self._refused(append_sealed(ledger, log, published_cycle("c1", ["NVDA"])))
        await append_sealed(ledger, log, published_cycle("c2", ["NVDA"]))
        signals = [entry["seq"] for entry in await said(ledgers) if entry["kind"] == "signal"]
        assert signals == [0, 1]

    async def test_a_clock_that_went_back_signs_nothing(self, log: SignalLog, store: LedgerStore) -> None:
        ledger = sample_ledger(store)
        await ledger.keep(MOMENT)
        await self._refused(ledger.keep(MOMENT - timedelta(seconds=6)))
        assert ledger.not_before(MOMENT - timedelta(seconds=4)) == MOMENT

    async def test_a_batch_without_a_cycle_tells_the_distributors(self, store: LedgerStore, outbox: Outbox) -> None:
        await sample_ledger(store).keep(MOMENT, ("sync",))
        (waiting,) = await self._waiting(outbox)
        assert waiting == ("ledger:2", b'{"size":2}')

    async def test_a_key_is_added_by_an_entry(self, store: LedgerStore, ledgers: LedgerReader) -> None:
        ledger = sample_ledger(store)
        await ledger.keep(MOMENT)
        await ledger.log_key("add", KEY.verifier.vkey, MOMENT)
        entry = (await said(ledgers))[-1]
        assert (entry["kind"], entry["action"], entry["vkey"]) == ("key", "add", KEY.verifier.vkey)

    async def test_a_changed_policy_is_logged_once_more(self, store: LedgerStore, ledgers: LedgerReader) -> None:
        ledger = sample_ledger(store)
        await ledger.keep(MOMENT)
        facts = (await store.load()).facts
        assert [(fact.kind, fact.subject, fact.leaf_index) for fact in facts] == [("policy", "methodology", 1)]

    async def test_cosignatures_are_kept_once(self, store: LedgerStore, cosignatures: CosignatureStore) -> None:
        await sample_ledger(store).keep(MOMENT)
        first = Cosignature(name="w.example/w", time=1_700_000_000, line="— w.example/w AAAA\n")
        second = msgspec.structs.replace(first, time=1_700_000_060)
        assert await cosignatures.newest() == (0, ())
        await cosignatures.add(2, [first])
        await cosignatures.add(2, [second, first])
        assert await cosignatures.of(2) == (first, second)
        assert await cosignatures.newest() == (2, (first, second))
        assert await cosignatures.of(1) == ()
        await self._refused(cosignatures.add(1, [first]))

    async def test_a_read_outside_the_range_is_refused(self, ledgers: LedgerReader) -> None:
        for start, limit in ((-1, 1), (0, 0), (0, 2_001)):
            try:
                await ledgers.entries(start, limit)
            except DataError as error:
                assert error.code == "bad_limit"
            else:
                raise AssertionError(f"{limit} entries from {start} were read")

    async def _waiting(self, outbox: Outbox) -> list[tuple[str, bytes]]:
        return [(one.message.key, one.message.payload) for one in await outbox.pending("sync", 10)]

    async def _refused(self, append: Any) -> None:
        try:
            await append
        except StoreError:
            return
        raise AssertionError("an append that does not follow was stored")


def _one_entry(head: LogHead) -> LedgerBatch:
    return draft(head, [b'{"at":"x","kind":"tally","v":1}'], ORIGIN, [KEY], MOMENT).batch
