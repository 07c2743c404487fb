"""Where records stand in the log, on both databases: signals, decisions of closed days, receipts of anchors."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from argo_core.adapters.anchor.receipts import SqlReceiptStore
from argo_core.adapters.sql import (
    Database,
    SqlCosignatureStore,
    SqlLedgerReader,
    SqlLedgerStore,
    SqlSignalLog,
    SqlSignalReader,
)
from argo_core.adapters.sql.audit_reader import SqlAuditReader
from argo_core.adapters.sql.ledger_places import SqlLedgerPlaces
from argo_core.errors import DataError, StoreError
from argo_core.ledger.merkle import leaf_hash, verify_inclusion
from argo_core.model.anchor import Receipt
from argo_core.model.outcome import Result
from argo_core.pipeline.audit_ledger import LedgerAudit
from argo_core.pipeline.check_record import RecordChecker, StepState
from argo_core.pipeline.integrity import Integrity
from argo_core.pipeline.prove import Prover
from argo_core.pipeline.prove_decision import prove_decision
from argo_core.testing.sample_cycles import MOMENT, published_cycle, sample_cycle, sample_outcome
from argo_core.testing.sample_ledger import KEY, ORIGIN, append_sealed, sample_ledger

LATER = MOMENT + timedelta(seconds=5)
NEXT_DAY = MOMENT + timedelta(days=1)


@pytest.fixture(name="places")
async def places_of_two_cycles(database: Database, log: SqlSignalLog, store: SqlLedgerStore) -> SqlLedgerPlaces:
    """c1 publishes AAPL and BTC-USD; c2 ends the first of them, which reveals it."""
    ledger = sample_ledger(store)
    first = published_cycle("c1", ["AAPL", "BTC-USD"])
    await append_sealed(ledger, log, first)
    ended = sample_outcome(first.signals[0], result=Result.TARGET, profit_loss_pct=2.5, at=LATER)
    await append_sealed(ledger, log, sample_cycle("c2", outcomes=[ended], at=LATER), LATER)
    return SqlLedgerPlaces(database)


def checker(database: Database, places: SqlLedgerPlaces) -> RecordChecker:
    reader, lines = SqlLedgerReader(database), SqlCosignatureStore(database)
    return RecordChecker(SqlSignalReader(database), places, reader, lines, ORIGIN, [KEY.verifier], ())


async def test_a_signals_entries_are_found(places: SqlLedgerPlaces) -> None:
    ended, still_open = await places.signal("c1-s0"), await places.signal("c1-s1")
    assert ended is not None
    assert still_open is not None
    assert (ended.seal.seq, still_open.seal.seq, still_open.seal.leaf_index) == (0, 1, ended.seal.leaf_index + 1)
    assert ended.reveal is not None
    assert ended.outcome == ended.reveal + 1
    assert (still_open.reveal, still_open.outcome) == (None, None)
    assert await places.signal("unknown") is None


async def test_only_sealed_signals_count_as_logged(places: SqlLedgerPlaces) -> None:
    assert await places.sealed(["c1-s0", "unknown"]) == {"c1-s0"}
    assert await places.sealed([]) == frozenset()


async def test_a_signal_is_checked_through_every_step(database: Database, places: SqlLedgerPlaces) -> None:
    check = await checker(database, places).check("c1-s0")
    assert (check.ok, check.logged, check.scheme) == (True, True, "jcs-1")
    states = {step.step: step.state for step in check.steps}
    assert states.pop("cosignatures") is StepState.ABSENT
    assert set(states.values()) == {StepState.OK}
    assert list(states) == ["hash", "commitment", "inclusion", "checkpoint", "reveal", "outcome"]


async def test_an_unknown_signal_is_not_checked(database: Database, places: SqlLedgerPlaces) -> None:
    with pytest.raises(DataError, match="argo signals"):
        await checker(database, places).check("unknown")


async def test_a_decision_is_proven_once_its_day_is_closed(
    database: Database, log: SqlSignalLog, store: SqlLedgerStore, places: SqlLedgerPlaces
) -> None:
    prover = Prover(SqlLedgerReader(database), SqlCosignatureStore(database))
    bodies = await places.day(MOMENT.date().isoformat())
    decision_id = published_cycle("c1", ["AAPL", "BTC-USD"]).decisions[1].decision_id
    with pytest.raises(DataError, match="are committed at the first cycle of a later day"):
        await prove_decision(decision_id, places, prover)
    await append_sealed(sample_ledger(store), log, published_cycle("c3", ["MSFT"], at=NEXT_DAY), NEXT_DAY)
    proof = await prove_decision(decision_id, places, prover)
    assert (proof.date, proof.position, proof.count) == (MOMENT.date().isoformat(), 1, len(bodies))
    steps = [bytes.fromhex(step) for step in proof.proof]
    verify_inclusion(1, proof.count, leaf_hash(proof.body.encode()), steps, bytes.fromhex(proof.root))
    assert f'"root":"{proof.root}"' in proof.entry
    assert leaf_hash(proof.entry.encode()).hex() == proof.log.leaf_hash


async def test_integrity_looks_at_a_sample_or_at_everything(database: Database, places: SqlLedgerPlaces) -> None:
    reader, store = SqlLedgerReader(database), SqlLedgerStore(database)
    audit = LedgerAudit(store, reader, SqlAuditReader(database), ORIGIN, (KEY.verifier,))
    chances = iter([0.0, 0.99, 0.0, 0.5])
    integrity = Integrity(SqlSignalReader(database), checker(database, places), audit, lambda: next(chances))
    one = await integrity.sample(1)
    assert (one.success, one.checked, one.failed) == (True, 1, 0)
    assert (await integrity.sample(25)).checked == 2
    everything = await integrity.everything(lambda done, every: None)
    assert (everything.success, everything.checked, everything.findings) == (True, 2, ())


async def test_integrity_of_an_empty_database_has_nothing_to_find(database: Database) -> None:
    places = SqlLedgerPlaces(database)
    audit = LedgerAudit(
        SqlLedgerStore(database), SqlLedgerReader(database), SqlAuditReader(database), ORIGIN, (KEY.verifier,)
    )
    integrity = Integrity(SqlSignalReader(database), checker(database, places), audit, lambda: 0.0)
    assert (await integrity.sample(5)).checked == 0
    assert (await integrity.everything(lambda done, every: None)).success


def receipt(size: int, authority: str = "A") -> Receipt:
    at = datetime(2026, 3, 2, 15, 31, 0, 250_000, tzinfo=UTC)
    return Receipt(size=size, authority=authority, not_later_than=at, receipt=b"\x30\x82\x00")


async def test_receipts_are_kept_by_checkpoint_and_authority_and_the_first_stands(
    database: Database, places: SqlLedgerPlaces
) -> None:
    receipts, checkpoint = SqlReceiptStore(database), await SqlLedgerReader(database).checkpoint()
    assert checkpoint is not None
    assert (await receipts.newest(), await receipts.of(checkpoint.size)) == (None, ())
    await receipts.add(receipt(checkpoint.size, "B"))
    await receipts.add(receipt(checkpoint.size))
    await receipts.add(Receipt(size=checkpoint.size, authority="A", not_later_than=MOMENT, receipt=b"other"))
    assert await receipts.of(checkpoint.size) == (receipt(checkpoint.size), receipt(checkpoint.size, "B"))
    assert await receipts.newest() == receipt(checkpoint.size)


async def test_a_receipt_without_its_checkpoint_is_refused(database: Database, places: SqlLedgerPlaces) -> None:
    with pytest.raises(StoreError):
        await SqlReceiptStore(database).add(receipt(10_000))
