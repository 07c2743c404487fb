"""What a process owes the log besides signing: asking before the first signature, keeping it, showing it around."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from argo_core.errors import Disputed, StoreError, Unavailable
from argo_core.ledger import Ledger
from argo_core.ledger.note import parse_note
from argo_core.model.ledger_standing import (
    REFUSED,
    SIGNING,
    STARTING,
    WAITING,
    CosignerStanding,
    LedgerStanding,
    WitnessStanding,
)
from argo_core.pipeline.cosigning import Cosigning
from argo_core.pipeline.cycle import CycleReport
from argo_core.pipeline.heartbeat import Beat, Heartbeat
from argo_core.pipeline.prove import newest_of_each
from argo_core.pipeline.restore_guard import RestoreGuard
from argo_core.ports import Clock, LedgerReader

ASK_AGAIN_SECONDS = 5.0
FORK_CODES = frozenset({"split_view", "behind"})


class NotSigning(StoreError):
    """Nothing may be signed now. `state` is that of the standing."""

    def __init__(self, state: str, message: str) -> None:
        super().__init__(message)
        self.state = state


class LogFiles(Protocol):
    """The log as text files beside the database."""

    async def catch_up(self, reader: LedgerReader) -> int: ...


class CycleRunner(Protocol):
    """What runs one cycle."""

    async def run(self, symbols: Sequence[str]) -> CycleReport: ...


@dataclass(frozen=True, slots=True)
class DutyParts:
    """`files` None keeps none. `topics` are the distributors' streams."""

    guard: RestoreGuard
    heartbeat: Heartbeat
    cosigning: Cosigning
    files: LogFiles | None
    clock: Clock
    topics: tuple[str, ...]


class LedgerDuty:
    """One per process. `keep` and cycles must not run at the same time: the generator sees to that."""

    def __init__(self, ledger: Ledger, parts: DutyParts) -> None:
        self._ledger, self._parts = ledger, parts
        self._state = STARTING
        self._words: str | None = "nothing has been signed by this process yet"
        self._files_error: str | None = None
        self._asked_at: datetime | None = None
        self._asking = asyncio.Lock()
        self._witnesses = {one.name: WitnessStanding(witness=one.name) for one in parts.guard.witnesses}

    @property
    def state(self) -> str:
        """That of the standing."""
        return self._state

    @property
    def files_error(self) -> str | None:
        """Why the text files are behind the log."""
        return self._files_error

    async def require(self) -> None:
        """Returns if the log may be signed: every witness saw the log that we have, or none has seen any.

        Raises NotSigning otherwise. Witnesses are asked until they have answered once, and again after a dispute.
        """
        async with self._asking:
            if self._state == SIGNING:
                return
            now = self._parts.clock.now()
            if self._asked_at is None or now - self._asked_at >= timedelta(seconds=ASK_AGAIN_SECONDS):
                await self._ask()
                self._asked_at = self._parts.clock.now()
            if self._state != SIGNING:
                raise NotSigning(self._state, self._words or self._state)

    async def keep(self) -> bool:
        """Append what is due without a cycle; True if something was. Raises NotSigning, StoreError."""
        await self.require()
        batch = await self._ledger.keep(self._parts.clock.now(), self._parts.topics)
        await self.write_files()
        return batch is not None

    async def write_files(self) -> None:
        """Bring the text files to the log's end. A failure stands in the standing; the table is the truth."""
        if self._parts.files is None:
            return
        try:
            await self._parts.files.catch_up(self._parts.guard.feed.reader)
            self._files_error = None
        except StoreError as error:
            self._files_error = str(error)

    async def beat(self) -> tuple[Beat, ...]:
        """Show the newest checkpoint to every witness. Nothing is shown before we know that it is no fork.

        A witness that has seen another history ends signing until all witnesses agree again. Raises StoreError.
        """
        if self._state != SIGNING:
            return ()
        beats = await self._parts.heartbeat.beat()
        for beat in beats:
            self._note(beat)
        return beats

    async def standing(self) -> LedgerStanding:
        """How things stand now. Raises StoreError."""
        newest = await self._parts.guard.feed.reader.checkpoint()
        return LedgerStanding(
            state=self._state,
            origin=self._ledger.policy.origin,
            words=self._words,
            witnesses=tuple(self._witnesses.values()),
            cosigners=await self._cosigners(),
            files_error=self._files_error,
            size=0 if newest is None else newest.size,
            root=None if newest is None else newest.root.hex(),
            signed_at=None if newest is None else newest.signed_at,
        )

    async def _cosigners(self) -> tuple[CosignerStanding, ...]:
        cosigning = self._parts.cosigning
        size, lines = await cosigning.store.newest()
        cosigned = await cosigning.reader.checkpoint(size) if size else None
        if cosigned is None:
            return ()
        text = parse_note(cosigned.note).text
        return tuple(
            CosignerStanding(
                name=line.name,
                size=size,
                cosigned_at=datetime.fromtimestamp(line.time, UTC),
                verified=cosigning.is_verified(text, line.line),
            )
            for line in newest_of_each(lines)
        )

    async def _ask(self) -> None:
        try:
            report = await self._parts.guard.check()
        except Disputed as error:
            self._become(REFUSED, str(error))
            return
        except Unavailable as error:
            self._become(WAITING, str(error))
            return
        if report.unreachable:
            away = ", ".join(report.unreachable)
            self._become(WAITING, f"{away} does not answer: nothing is signed until we know what it has seen")
        else:
            self._become(SIGNING, None)

    def _note(self, beat: Beat) -> None:
        now = self._parts.clock.now()
        if beat.error is None:
            self._witnesses[beat.witness] = WitnessStanding(
                witness=beat.witness, cosigned_size=beat.size, cosigned_at=now
            )
            return
        before = self._witnesses[beat.witness]
        self._witnesses[beat.witness] = WitnessStanding(
            witness=beat.witness,
            cosigned_size=before.cosigned_size,
            cosigned_at=before.cosigned_at,
            last_error=beat.error,
        )
        if beat.code in FORK_CODES:
            self._asked_at = None
            self._become(REFUSED, beat.error)

    def _become(self, state: str, words: str | None) -> None:
        self._state, self._words = state, words


class GuardedCycle:
    """A cycle that signs nothing before the log may be signed, and leaves its entries in the text files."""

    def __init__(self, cycle: CycleRunner, duty: LedgerDuty) -> None:
        self._cycle, self._duty = cycle, duty

    async def run(self, symbols: Sequence[str]) -> CycleReport:
        """One cycle. Raises NotSigning, and what the cycle raises."""
        await self._duty.require()
        report = await self._cycle.run(symbols)
        await self._duty.write_files()
        return report
