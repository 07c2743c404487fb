"""What is known of logs, in lists and dicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from alpine_core.errors import WitnessMoved
from alpine_core.model.alarm import Alarm, AlarmKind
from alpine_core.model.seal import Reveal, Seal
from alpine_core.model.signal import StoredSignal, VerifiedSignal
from alpine_core.model.witness import (
    Advance,
    Cosignature,
    KeptCheckpoint,
    LoggedSignal,
    MirrorStep,
    OverdueReveal,
    Repin,
    WitnessState,
)
from alpine_core.verify.merkle import EMPTY_ROOT
from alpine_core.verify.stored_hashes import root_plan
from alpine_core.wire.moments import write_moment


class _Log(msgspec.Struct):
    """One origin's; what is kept only grows."""

    first_seen_at: datetime
    checkpoints: dict[int, KeptCheckpoint] = {}
    entries: list[str] = []
    hashes: list[bytes] = []
    signals: dict[int, LoggedSignal] = {}
    reveals: dict[int, Reveal] = {}


class MemoryLedger:
    """`ports.WitnessStore`, `LogMirror` and `LogWatch` at once; `alarms` are those of the store beside it."""

    def __init__(self, alarms: list[Alarm]) -> None:
        self._alarms = alarms
        self.logs: dict[str, _Log] = {}
        self._repins: list[tuple[int, Repin]] = []
        self._seals: list[Seal] = []

    async def state(self, origin: str) -> WitnessState | None:
        log = self.logs.get(origin)
        if log is None:
            return None
        newest = log.checkpoints[max(log.checkpoints)]
        return WitnessState(
            origin=origin,
            size=newest.size,
            root=newest.root,
            note=newest.note,
            mirrored=len(log.entries),
            halted=self._is_halted(origin),
            first_seen_at=log.first_seen_at,
        )

    async def origins(self) -> tuple[str, ...]:
        return tuple(self.logs)

    async def advance(self, advance: Advance, at: datetime) -> None:
        self.keep([advance], at)

    async def root_at(self, origin: str, size: int) -> bytes | None:
        log = self.logs.get(origin)
        if log is not None and size in log.checkpoints:
            return log.checkpoints[size].root
        if not size:
            return EMPTY_ROOT
        if log is None or size > len(log.entries):
            return None
        return root_plan(size).build(dict(enumerate(log.hashes)))[0]

    async def append(self, step: MirrorStep, advance: Advance, at: datetime) -> None:
        log = self.logs.get(advance.origin)
        mirrored = 0 if log is None else len(log.entries)
        if mirrored != step.start or self._is_halted(advance.origin):
            raise WitnessMoved("the mirror stands elsewhere")
        self.keep([advance], at)
        log = self.logs[advance.origin]
        log.entries += step.entries
        log.hashes += step.hashes
        log.signals |= {one.leaf_index: one for one in step.signals}
        for of, index in step.reveals:
            log.reveals.setdefault(of, Reveal(leaf_index=index, revealed_at=at))

    async def entries(self, origin: str, start: int, limit: int) -> tuple[str, ...]:
        log = self.logs.get(origin)
        return () if log is None else tuple(log.entries[start : start + limit])

    async def hashes(self, origin: str, positions: Sequence[int]) -> Mapping[int, bytes]:
        log = self.logs.get(origin)
        kept = [] if log is None else log.hashes
        return {position: kept[position] for position in positions if position < len(kept)}

    async def checkpoint(self, origin: str, size: int | None = None) -> KeptCheckpoint | None:
        log = self.logs.get(origin)
        return None if log is None else log.checkpoints.get(max(log.checkpoints) if size is None else size)

    async def overdue(self, now: datetime, limit: int) -> tuple[OverdueReveal, ...]:
        found = [
            OverdueReveal(origin=origin, leaf_index=one.leaf_index, reveal_by=one.reveal_by)
            for origin, log in self.logs.items()
            for one in log.signals.values()
            if one.reveal_by < write_moment(now) and one.leaf_index not in log.reveals
        ]
        return tuple(sorted(found, key=lambda one: one.reveal_by)[:limit])

    async def checkpoints(self, origin: str, beyond: int, limit: int) -> tuple[KeptCheckpoint, ...]:
        log = self.logs.get(origin)
        kept = {} if log is None else log.checkpoints
        return tuple(kept[size] for size in sorted(kept) if size > beyond)[:limit]

    async def repin(self, repin: Repin) -> None:
        self._repins.append((len(self._alarms), repin))

    async def repins(self) -> tuple[Repin, ...]:
        return tuple(repin for _, repin in self._repins)

    def keep(self, advances: Iterable[Advance], at: datetime) -> None:
        """Compare and set, one after the other; none is kept if one does not fit."""
        stood = {origin: max(log.checkpoints) for origin, log in self.logs.items()}
        steps = list(advances)
        for step in steps:
            if stood.get(step.origin) != step.expected:
                raise WitnessMoved("the witness stands elsewhere")
            stood[step.origin] = max(stood.get(step.origin, 0), step.size)
        for step in steps:
            log = self.logs.setdefault(step.origin, _Log(at))
            known = log.checkpoints.get(step.size)
            signatures: tuple[Cosignature, ...] = () if known is None else known.cosignatures
            new = [one for one in step.cosignatures if one not in signatures]
            log.checkpoints[step.size] = KeptCheckpoint(
                origin=step.origin,
                size=step.size,
                root=step.root,
                note=step.note if known is None else known.note,
                received_at=at if known is None else known.received_at,
                cosignatures=tuple(sorted((*signatures, *new), key=lambda one: (-one.time, one.vkey))),
            )

    def require_published(self, signals: Iterable[VerifiedSignal], advances: Iterable[Advance]) -> None:
        """Raise WitnessMoved for a seal whose log is halted, or was never witnessed."""
        known = {*self.logs, *(step.origin for step in advances)}
        for origin in {one.seal.origin for one in signals if one.seal is not None}:
            if origin not in known or self._is_halted(origin):
                raise WitnessMoved("the log stands elsewhere")

    def refusal(self, seal: Seal) -> str | None:
        """The code of the rule that the seal's number breaks."""
        own = [one for one in self._seals if one.origin == seal.origin]
        log = self.logs[seal.origin]
        if any(one.leaf_index == seal.leaf_index for one in own):
            return "seq_duplicate"
        numbers = {one.seq for one in own if one.stream == seal.stream}
        if seal.seq in numbers:
            return "seq_duplicate"
        mirrored = {one.seq for one in log.signals.values() if one.stream == seal.stream}
        following = max(numbers | mirrored, default=-1) + 1
        if seal.leaf_index < len(log.entries) or seal.seq == following:
            return None
        return "seq_gap" if seal.seq > following else "seq_duplicate"

    def take(self, seal: Seal) -> None:
        """This one is stored."""
        self._seals.append(seal)

    def disclosed(self, stored: StoredSignal) -> StoredSignal:
        """The signal with what discloses it."""
        if stored.seal is None:
            return stored
        log = self.logs.get(stored.seal.origin)
        return msgspec.structs.replace(stored, reveal=None if log is None else log.reveals.get(stored.seal.leaf_index))

    def _is_halted(self, origin: str) -> bool:
        decided = max((seen for seen, repin in self._repins if repin.origin == origin), default=0)
        return any(one.kind is AlarmKind.SPLIT_VIEW and one.subject == origin for one in self._alarms[decided:])
