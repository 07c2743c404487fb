"""Checkpoints to witnesses: what is kept, what is reported, and what one witness's fault does to the others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from argo_core.ledger import SigningKey
from argo_core.ledger.note import parse_note
from argo_core.pipeline.cosigning import Cosigning
from argo_core.pipeline.heartbeat import Heartbeat
from argo_core.pipeline.ledger_feed import LedgerFeed
from argo_core.testing.memory_ledger import MemoryLedger
from argo_core.testing.memory_log import MemoryLog
from argo_core.testing.memory_witness import MemoryWitness
from argo_core.testing.sample_cycles import MOMENT, published_cycle
from argo_core.testing.sample_ledger import KEY, ORIGIN, append_sealed, sample_ledger


class Heart:
    """A log that grows by one signal at each `grow`, and two witnesses."""

    def __init__(self) -> None:
        self.kept = MemoryLedger()
        self.log, self.ledger = MemoryLog(self.kept), sample_ledger(self.kept)
        self.first = MemoryWitness(ORIGIN, [KEY.verifier])
        self.second = MemoryWitness(ORIGIN, [KEY.verifier], "other.example/w")
        self.cycles = 0
        self.beats = self.heartbeat()

    def heartbeat(self) -> Heartbeat:
        cosigning = Cosigning(self.kept, self.kept, (self.first.key,))
        return Heartbeat(LedgerFeed(self.kept), [self.first, self.second], cosigning)

    async def grow(self) -> None:
        self.cycles += 1
        record = published_cycle(f"c{self.cycles}", ["AAPL"])
        await append_sealed(self.ledger, self.log, record, MOMENT + timedelta(seconds=self.cycles))


@pytest.fixture(name="heart")
def beating_heart() -> Heart:
    return Heart()


async def test_without_a_checkpoint_nobody_is_asked(heart: Heart) -> None:
    heart.first.down = True
    assert await heart.beats.beat() == ()


async def test_every_witness_cosigns_the_newest_checkpoint_again_and_again(heart: Heart) -> None:
    await heart.grow()
    for _ in range(2):
        beats = await heart.beats.beat()
        assert [(beat.witness, beat.size, beat.kept, beat.code) for beat in beats] == [
            ("witness.example/w", 3, 1, None),
            ("other.example/w", 3, 1, None),
        ]
    await heart.grow()
    await heart.beats.beat()
    assert [len(await heart.kept.of(size)) for size in (2, 3, 4)] == [0, 4, 2]


async def test_after_a_restart_the_witness_says_where_it_stands(heart: Heart) -> None:
    await heart.grow()
    await heart.beats.beat()
    await heart.grow()
    assert [beat.kept for beat in await heart.heartbeat().beat()] == [1, 1]


async def test_one_witness_that_is_down_does_not_keep_the_other(heart: Heart) -> None:
    await heart.grow()
    heart.first.down = True
    down, up = await heart.beats.beat()
    assert (down.kept, down.code, up.kept, up.code) == (0, "unavailable", 1, None)


async def test_a_witness_that_has_seen_another_history_is_named(heart: Heart) -> None:
    await heart.grow()
    heart.first.seen = (3, bytes(32), b"")
    assert [beat.code for beat in await heart.beats.beat()] == ["split_view", None]


async def test_a_witness_that_has_seen_more_says_that_we_lost_entries(heart: Heart) -> None:
    await heart.grow()
    heart.first.seen = (9, bytes(32), b"")
    assert [beat.code for beat in await heart.beats.beat()] == ["behind", None]


async def test_a_witness_that_does_not_know_our_key_is_named(heart: Heart) -> None:
    stranger = MemoryWitness(ORIGIN, [SigningKey(ORIGIN, bytes(32)).verifier])
    await heart.grow()
    beats = await Heartbeat(LedgerFeed(heart.kept), [stranger], Cosigning(heart.kept, heart.kept)).beat()
    assert [beat.code for beat in beats] == ["bad_log_signature"]


async def test_a_line_of_a_known_witness_that_does_not_verify_is_not_kept(heart: Heart) -> None:
    await heart.grow()
    cosigning = Cosigning(heart.kept, heart.kept, (heart.first.key,))
    elsewhere = heart.first.cosigned("argo.example/signals\n9\nAAAA\n")
    assert await cosigning.take((3,), [elsewhere, "no line", "— a AAAA\n"]) == ()
    assert await heart.kept.newest() == (0, ())


async def test_a_line_is_kept_with_the_checkpoint_that_it_is_over(heart: Heart) -> None:
    await heart.grow()
    await heart.grow()
    older = await heart.kept.checkpoint(3)
    assert older is not None
    line = heart.first.cosigned(parse_note(older.note).text)
    cosigning = Cosigning(heart.kept, heart.kept, (heart.first.key,))
    assert [one.name for one in await cosigning.take((4, 3), [line])] == ["witness.example/w"]
    assert await heart.kept.newest() == (3, await heart.kept.of(3))
    assert cosigning.is_verified(parse_note(older.note).text, line)
    unknown = heart.second.cosigned(parse_note(older.note).text)
    assert not cosigning.is_verified(parse_note(older.note).text, unknown)
