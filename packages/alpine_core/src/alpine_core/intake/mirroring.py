"""The mirror: a copy of the log's entries that leads to the very roots that the log signed."""

from __future__ import annotations

import msgspec

from alpine_core.errors import Halted, NotProven, OldSize, SplitView, StoreError, WitnessMoved
from alpine_core.intake.evidence import refused_alarm
from alpine_core.intake.witness import ATTEMPTS, BUSY, Witness
from alpine_core.model.witness import Advance, Cosignature, MirrorStep, WitnessState
from alpine_core.ports.clock import Clock
from alpine_core.ports.log_mirror import LogMirror
from alpine_core.ports.signal_store import SignalStore
from alpine_core.ports.witness_store import WitnessStore
from alpine_core.verify.cosignature import Cosigner
from alpine_core.verify.mirroring import disclosed_commits, disclosed_leaves, mirror_step
from alpine_core.verify.seal_verifier import SealVerifier
from alpine_core.verify.stored_hashes import Frontier, frontier_positions
from alpine_core.verify.trust_policy import OpenedCheckpoint
from alpine_core.verify.witness import advance, prove_older, step_to
from alpine_core.wire.ledger import CheckpointBody, read_checkpoint_body


class LedgerReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """Where witness and mirror stand now; `cosignatures` are the lines that this call added."""

    origin: str
    size: int
    mirrored: int
    cosignatures: tuple[str, ...]


class Mirroring:
    """Takes checkpoints with entries from the provider. One for the process."""

    def __init__(
        self,
        verifier: SealVerifier,
        witness: Witness,
        cosigner: Cosigner,
        states: WitnessStore,
        mirror: LogMirror,
        alarms: SignalStore,
        clock: Clock,
    ) -> None:
        self._verifier, self._witness, self._cosigner = verifier, witness, cosigner
        self._states, self._mirror, self._alarms, self._clock = states, mirror, alarms, clock

    async def checkpoint(self, body: bytes) -> LedgerReceipt:
        """The body of `sync/checkpoint`. Everything is on the disk when this returns, or nothing is.

        Raises SenderError for a body that cannot be read; NotProven `unknown_origin`, `bad_log_signature`, `bad_proof`,
        `bad_entry`, `old_larger`, OldSize, SplitView, Halted; StoreError.
        """
        read = read_checkpoint_body(body)
        opened = self._verifier.open(read.checkpoint)
        try:
            return await self._taken(read, opened)
        except SplitView as error:
            await self._witness.keep_evidence(error, body, halts=True)
            raise
        except NotProven as error:
            alarm = refused_alarm(opened.origin, error, body, self._clock.now())
            if alarm is not None:
                await self._alarms.raise_alarm(alarm)
            raise

    async def _taken(self, read: CheckpointBody, opened: OpenedCheckpoint) -> LedgerReceipt:
        for _ in range(ATTEMPTS):
            state = await self._states.state(opened.origin)
            if state is not None and state.halted:
                raise Halted(opened.origin)
            kept = await self._advance(state, read, opened)
            step = await self._step(state, read, opened)
            kept = self._mirrored(kept, state, step)
            try:
                if step is None:
                    await self._states.advance(kept, self._clock.now())
                else:
                    await self._mirror.append(step, kept, self._clock.now())
            except WitnessMoved:
                continue
            self._witness.forget(opened.origin)
            return _receipt(kept, state, step, len(opened.cosignatures))
        raise StoreError(BUSY)

    async def _advance(self, state: WitnessState | None, read: CheckpointBody, opened: OpenedCheckpoint) -> Advance:
        if state is None or opened.size >= state.size:
            return self._witness.cosigned(advance(state, opened, read.old_size, read.consistency))
        if not read.entries:
            raise OldSize(state.size, state.mirrored)
        root = await self._states.root_at(opened.origin, opened.size)
        if root is None:
            prove_older(state, opened, read.old_size, read.consistency)
        elif root != opened.root:
            raise SplitView(opened.origin, state.note, opened.note.note, proven=False)
        return step_to(state, opened)

    async def _step(
        self, state: WitnessState | None, read: CheckpointBody, opened: OpenedCheckpoint
    ) -> MirrorStep | None:
        if not read.entries:
            return None
        mirrored = 0 if state is None else state.mirrored
        if read.start != mirrored:
            raise OldSize(0 if state is None else state.size, mirrored)
        if mirrored + len(read.entries) != opened.size:
            raise NotProven("bad_entry", "the entries do not end at the checkpoint's size: send exactly those up to it")
        positions = frontier_positions(mirrored)
        hashes = await self._mirror.hashes(opened.origin, positions)
        roots = {opened.size: opened.root} if state is None else {state.size: state.root, opened.size: opened.root}
        earlier = [leaf for leaf in disclosed_leaves(read.entries) if leaf < mirrored]
        commits = await self._commits(opened.origin, earlier)
        frontier = Frontier(mirrored, tuple(hashes[position] for position in positions))
        return mirror_step(frontier, read.entries, roots, commits)

    async def _commits(self, origin: str, leaves: list[int]) -> dict[int, str]:
        entries = {leaf: await self._mirror.entries(origin, leaf, 1) for leaf in leaves}
        return disclosed_commits({leaf: found[0] for leaf, found in entries.items() if found})

    def _mirrored(self, kept: Advance, state: WitnessState | None, step: MirrorStep | None) -> Advance:
        mirrored = (0 if state is None else state.mirrored) if step is None else kept.size
        if mirrored != kept.size or not kept.size:
            return kept
        ours = self._cosigner.cosign(kept.note.partition("\n\n")[0] + "\n", int(self._clock.now().timestamp()))
        return msgspec.structs.replace(kept, cosignatures=(*kept.cosignatures, ours))


def _receipt(kept: Advance, state: WitnessState | None, step: MirrorStep | None, foreign: int) -> LedgerReceipt:
    size, mirrored = (0, 0) if state is None else (state.size, state.mirrored)
    lines: tuple[Cosignature, ...] = kept.cosignatures[foreign:]
    return LedgerReceipt(
        origin=kept.origin,
        size=max(size, kept.size),
        mirrored=mirrored if step is None else kept.size,
        cosignatures=tuple(one.line for one in lines),
    )
