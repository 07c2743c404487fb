"""The prover's answers verify against the root that they name, and nothing is answered beyond the log's end."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from argo_core.errors import DataError
from argo_core.ledger.batch import draft
from argo_core.ledger.merkle import leaf_hash, verify_consistency, verify_inclusion
from argo_core.ledger.note_key import SigningKey
from argo_core.ledger.tiles import Tile, parse_bundle, tiles_of
from argo_core.ledger.tlog_proof import verify_tlog_proof
from argo_core.model.ledger import Cosignature
from argo_core.pipeline.prove import Prover, newest_of_each, oldest_of_each
from argo_core.testing.memory_ledger import MemoryLedger

ORIGIN = "argo.localhost/signals"
KEY = SigningKey(ORIGIN, bytes(32))
AT = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
SIZES = (1, 2, 7, 8, 300)


def entry(index: int) -> bytes:
    return f'{{"n":{index}}}'.encode()


@pytest.fixture(name="log")
async def log_with_checkpoints_at_a_few_sizes() -> MemoryLedger:
    log = MemoryLedger()
    for size in SIZES:
        head = (await log.load()).head
        batch = draft(head, [entry(n) for n in range(head.size, size)], ORIGIN, [KEY], AT).batch
        await log.append(batch)
    return log


async def test_every_inclusion_proof_of_every_checkpoint_verifies(log: MemoryLedger) -> None:
    prover = Prover(log, log)
    for size in SIZES:
        for index in {0, size // 2, size - 1}:
            found = await prover.inclusion(index, size)
            assert found.leaf_hash == leaf_hash(entry(index)).hex()
            steps = [bytes.fromhex(step) for step in found.proof]
            verify_inclusion(index, size, leaf_hash(entry(index)), steps, bytes.fromhex(found.root))
            assert found.tlog_proof is not None
            verify_tlog_proof(found.tlog_proof, leaf_hash(entry(index)), ORIGIN, [KEY.verifier])


async def test_a_size_without_a_checkpoint_has_a_proof_and_no_note(log: MemoryLedger) -> None:
    found = await Prover(log, log).inclusion(4, 5)
    steps = [bytes.fromhex(step) for step in found.proof]
    verify_inclusion(4, 5, leaf_hash(entry(4)), steps, bytes.fromhex(found.root))
    assert found.tlog_proof is None


async def test_without_a_size_the_newest_checkpoint_answers(log: MemoryLedger) -> None:
    prover = Prover(log, log)
    assert (await prover.inclusion(0)).size == 300
    assert (await prover.consistency(7)).new == 300


async def test_consistency_between_any_two_sizes_verifies(log: MemoryLedger) -> None:
    prover = Prover(log, log)
    for old, new in ((1, 300), (5, 8), (8, 8), (7, 299), (256, 300)):
        found = await prover.consistency(old, new)
        steps = [bytes.fromhex(step) for step in found.proof]
        verify_consistency(old, new, bytes.fromhex(found.root_from), bytes.fromhex(found.root_to), steps)


@pytest.mark.parametrize(("index", "size"), [(300, None), (7, 7), (-1, 7), (0, 0), (0, 301)])
async def test_an_entry_beyond_the_end_has_no_proof(log: MemoryLedger, index: int, size: int | None) -> None:
    with pytest.raises(DataError) as refused:
        await Prover(log, log).inclusion(index, size)
    assert refused.value.code == "bad_range"


@pytest.mark.parametrize(("old", "new"), [(0, 7), (8, 7), (1, 301), (301, None)])
async def test_a_log_that_never_was_is_not_consistent(log: MemoryLedger, old: int, new: int | None) -> None:
    with pytest.raises(DataError) as refused:
        await Prover(log, log).consistency(old, new)
    assert refused.value.code == "bad_range"


async def test_an_empty_log_answers_that_it_is_empty() -> None:
    empty = MemoryLedger()
    prover = Prover(empty, empty)
    for ask in (prover.checkpoint(), prover.inclusion(0), prover.consistency(1), prover.entries(0, 1)):
        with pytest.raises(DataError) as refused:
            await ask
        assert refused.value.code == "empty_log"


async def test_entries_come_as_they_were_hashed_and_end_at_the_checkpoint(log: MemoryLedger) -> None:
    prover = Prover(log, log)
    page = await prover.entries(298, 100)
    assert (page.start, page.size, page.entries) == (298, 300, ('{"n":298}', '{"n":299}'))
    assert (await prover.entries(300, 1)).entries == ()
    with pytest.raises(DataError, match="beyond the log's 300 entries"):
        await prover.entries(301, 1)


async def test_tiles_hold_the_hashes_and_the_entries_of_the_log(log: MemoryLedger) -> None:
    prover = Prover(log, log)
    leaves = b"".join(leaf_hash(entry(n)) for n in range(300))
    assert await prover.tile(Tile(0, 0)) == leaves[: 256 * 32]
    assert await prover.tile(Tile(0, 1, 44)) == leaves[256 * 32 :]
    bundle = await prover.tile(Tile(None, 1, 44))
    assert bundle is not None
    assert parse_bundle(bundle, 44) == [entry(n) for n in range(256, 300)]
    for tile in tiles_of(300):
        content = await prover.tile(tile)
        assert content is not None
        assert len(content) == tile.width * 32


async def test_a_tile_that_the_log_has_not_reached_is_absent(log: MemoryLedger) -> None:
    for tile in (Tile(0, 1, 45), Tile(0, 1), Tile(1, 0, 2), Tile(None, 2, 1)):
        assert await Prover(log, log).tile(tile) is None


def line(name: str, time: int, key: str = "AAAAAAAA") -> Cosignature:
    return Cosignature(name=name, time=time, line=f"\u2014 {name} {key}AAAAAAAA{time:04}\n")


LINES = (line("w", 10), line("m", 20), line("w", 30), line("w", 40, "BBBBBBBB"))


async def test_the_checkpoint_carries_the_newest_line_of_each_key_and_a_proof_the_oldest(log: MemoryLedger) -> None:
    await log.add(300, LINES)
    prover = Prover(log, log)
    newest = await prover.checkpoint()
    assert [(one.name, one.time) for one in newest.cosignatures] == [("m", 20), ("w", 30), ("w", 40)]
    assert newest.checkpoint.endswith("".join(one.line for one in newest.cosignatures))
    proof = (await prover.inclusion(0)).tlog_proof
    assert proof is not None
    assert (LINES[0].line in proof, LINES[2].line in proof) == (True, False)
    assert (newest.origin, newest.size, newest.signed_at) == (ORIGIN, 300, "2026-03-02T15:30:00Z")


def test_one_line_of_each_key_is_kept() -> None:
    assert [one.time for one in newest_of_each(LINES)] == [20, 30, 40]
    assert [one.time for one in oldest_of_each(LINES)] == [20, 10, 40]
