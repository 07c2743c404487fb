"""Nothing is signed before the witnesses have spoken; what they say is shown; a fork ends signing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from argo_core.errors import StoreError
from argo_core.ledger import Ledger, LedgerPolicy
from argo_core.ledger.note_key import SigningKey
from argo_core.model.cycle import OutboxMessage
from argo_core.pipeline import CycleReport
from argo_core.pipeline.cosigning import Cosigning
from argo_core.pipeline.heartbeat import Heartbeat
from argo_core.pipeline.ledger_duty import DutyParts, GuardedCycle, LedgerDuty, NotSigning
from argo_core.pipeline.ledger_feed import LedgerFeed
from argo_core.pipeline.restore_guard import RestoreGuard
from argo_core.ports import LedgerReader
from argo_core.testing.memory_ledger import MemoryLedger
from argo_core.testing.memory_witness import MemoryWitness

ORIGIN = "argo.localhost/signals"
KEY = SigningKey(ORIGIN, bytes(32))


@dataclass
class SteppedClock:
    """Goes on only when told to."""

    moment: datetime = datetime(2026, 3, 2, 15, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def step(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@dataclass
class Files:
    """Counts what it was asked; may be full."""

    asked: int = 0
    full: bool = False

    async def catch_up(self, reader: LedgerReader) -> int:
        self.asked += 1
        if self.full:
            raise StoreError("no room: make some")
        return 0


@dataclass
class Process:
    """A log in memory with one witness."""

    log: MemoryLedger = field(default_factory=MemoryLedger)
    clock: SteppedClock = field(default_factory=SteppedClock)
    files: Files = field(default_factory=Files)
    witness: MemoryWitness = field(default_factory=lambda: MemoryWitness(ORIGIN, [KEY.verifier]))
    known: bool = True

    def duty(self) -> LedgerDuty:
        """That of a process that starts now."""
        feed = LedgerFeed(self.log)
        cosigning = Cosigning(self.log, self.log, (self.witness.key,) if self.known else ())
        return LedgerDuty(
            Ledger(self.log, [KEY], LedgerPolicy(), lambda: bytes(32)),
            DutyParts(
                guard=RestoreGuard(feed, (self.witness,), ORIGIN, (KEY.verifier,)),
                heartbeat=Heartbeat(feed, (self.witness,), cosigning),
                cosigning=cosigning,
                files=self.files,
                clock=self.clock,
                topics=("distributor",),
            ),
        )


async def test_the_first_start_begins_the_log_and_tells_the_distributor() -> None:
    process = Process()
    told: list[OutboxMessage] = []
    process.log.hear(lambda messages, _: told.extend(messages))
    duty = process.duty()
    assert await duty.keep()
    assert not await duty.keep()
    standing = await duty.standing()
    assert (standing.state, standing.words, standing.origin) == ("signing", None, ORIGIN)
    assert standing.size == 2
    assert [message.topic for message in told] == ["distributor"]
    assert process.files.asked == 2


async def test_while_a_witness_is_away_nothing_is_signed_and_it_is_asked_again_after_a_while() -> None:
    process = Process()
    process.witness.down = True
    duty = process.duty()
    with pytest.raises(NotSigning, match="does not answer: nothing is signed") as refused:
        await duty.keep()
    assert (refused.value.state, duty.state) == ("waiting for the witness", "waiting for the witness")
    process.witness.down = False
    with pytest.raises(NotSigning):
        await duty.keep()
    assert (await duty.standing()).size == 0
    process.clock.step(5)
    assert await duty.keep()
    assert duty.state == "signing"


async def test_a_witness_that_goes_away_later_does_not_stop_a_process_that_runs() -> None:
    process = Process()
    duty = process.duty()
    await duty.keep()
    process.witness.down = True
    (beat,) = await duty.beat()
    assert beat.code == "unavailable"
    await duty.require()
    (shown,) = (await duty.standing()).witnesses
    assert (shown.cosigned_at, shown.last_error) == (None, "witness.example/w is down: try again later")


async def test_an_older_copy_that_was_restored_signs_nothing_and_says_how_to_recover() -> None:
    process = Process()
    duty = process.duty()
    await duty.keep()
    await duty.beat()
    older = Process(log=MemoryLedger(), witness=process.witness).duty()
    with pytest.raises(NotSigning, match="argo ledger recover") as refused:
        await older.keep()
    assert refused.value.state == "refused"
    assert (await older.standing()).size == 0
    assert await older.beat() == ()


async def test_a_heartbeat_is_kept_with_its_time_and_its_name() -> None:
    process = Process()
    duty = process.duty()
    await duty.keep()
    await duty.beat()
    process.clock.step(60)
    await duty.beat()
    standing = await duty.standing()
    (witness,), (cosigner,) = standing.witnesses, standing.cosigners
    assert (witness.cosigned_size, witness.cosigned_at, witness.last_error) == (2, process.clock.moment, None)
    assert (cosigner.name, cosigner.size, cosigner.verified) == ("witness.example/w", 2, True)
    assert cosigner.cosigned_at == datetime(2027, 1, 15, 8, 0, 2, tzinfo=UTC)


async def test_a_line_of_a_witness_without_a_vkey_is_shown_as_not_verified() -> None:
    process = Process(known=False)
    duty = process.duty()
    await duty.keep()
    await duty.beat()
    (cosigner,) = (await duty.standing()).cosigners
    assert not cosigner.verified


async def test_a_witness_that_saw_more_than_we_have_ends_signing_until_all_agree() -> None:
    process = Process()
    duty = process.duty()
    await duty.keep()
    await duty.beat()
    process.witness.seen = (9, bytes(32), b"")
    (beat,) = await duty.beat()
    assert beat.code == "behind"
    assert duty.state == "refused"
    with pytest.raises(NotSigning, match=r"argo ledger recover|check its address"):
        await duty.require()


async def test_files_that_cannot_be_written_do_not_stop_the_log() -> None:
    process = Process(files=Files(full=True))
    duty = process.duty()
    assert await duty.keep()
    assert (await duty.standing()).size == 2


class CountedCycle:
    """Stands in for the cycle."""

    def __init__(self) -> None:
        self.runs = 0

    async def run(self, symbols: Sequence[str]) -> CycleReport:
        self.runs += 1
        raise StoreError("the cycle was reached")


async def test_a_cycle_does_not_even_begin_before_the_log_may_be_signed() -> None:
    process, cycle = Process(), CountedCycle()
    process.witness.down = True
    guarded = GuardedCycle(cycle, process.duty())
    with pytest.raises(NotSigning):
        await guarded.run(("AAPL",))
    assert cycle.runs == 0
    process.witness.down = False
    process.clock.step(5)
    with pytest.raises(StoreError, match="the cycle was reached"):
        await guarded.run(("AAPL",))
