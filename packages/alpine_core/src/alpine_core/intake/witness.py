"""The witness: cosigns what continues the log that it has seen, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from alpine_core.errors import Halted, NotProven, OldSize, SplitView, StoreError, WitnessMoved
from alpine_core.intake.evidence import unproven_alarm, view_alarm
from alpine_core.model.witness import Advance, Cosignature, WitnessState
from alpine_core.ports.clock import Clock
from alpine_core.ports.signal_store import SignalStore
from alpine_core.ports.witness_store import WitnessStore
from alpine_core.verify.cosignature import Cosigner
from alpine_core.verify.seal_verifier import SealVerifier
from alpine_core.verify.trust_policy import OpenedCheckpoint
from alpine_core.verify.witness import advance, is_witnessed
from alpine_core.wire.add_checkpoint import read_add_checkpoint

ATTEMPTS = 5
BUSY = "the witness is advanced by others all the time: try again"


class Offer(msgspec.Struct, frozen=True):
    """A checkpoint, and the way to it from `old_size`; None: the sender says nothing of that."""

    checkpoint: OpenedCheckpoint
    old_size: int | None
    proof: tuple[bytes, ...]


class Witness:
    """One for the process. What it last saw is remembered; the store's compare-and-set tells if that is stale."""

    def __init__(
        self,
        verifier: SealVerifier,
        cosigner: Cosigner,
        store: WitnessStore,
        alarms: SignalStore,
        clock: Clock,
    ) -> None:
        self.verifier, self._cosigner, self._store = verifier, cosigner, store
        self._alarms, self._clock = alarms, clock
        self._seen: dict[str, WitnessState | None] = {}

    async def add_checkpoint(self, body: bytes) -> Cosignature:
        """The request of c2sp.org/tlog-witness, from anybody. The checkpoint is on the disk when this returns.

        Raises SenderError for a request that is none, NotProven: those of `open_signed`, `old_larger`, OldSize,
        SplitView; StoreError. Two signed histories halt publication; a proof that fails is kept, but halts nothing:
        whoever has a public note could spoil one.
        """
        request = read_add_checkpoint(body)
        opened = self.verifier.policy.open_signed(request.note)
        for _ in range(ATTEMPTS):
            state = await self._store.state(opened.origin)
            try:
                step = self.cosigned(advance(state, opened, request.old_size, request.proof))
            except SplitView as error:
                await self.keep_evidence(error, body, halts=error.proven)
                raise
            try:
                # A crash before this line: nothing was cosigned for anybody. After it: the answer may be lost, and the
                # next request begins at the new size.
                await self._store.advance(step, self._clock.now())
            except WitnessMoved:
                continue
            self.forget(opened.origin)
            return step.cosignatures[-1]
        raise StoreError(BUSY)

    async def steps(self, offers: Sequence[Offer]) -> list[Advance | NotProven | None]:
        """For each offered checkpoint, in order, as if those before it were kept: the step, None where it is known
        already, or why it cannot be. Raises StoreError."""
        states: dict[str, WitnessState | None] = {}
        found: list[Advance | NotProven | None] = []
        for offer in offers:
            origin = offer.checkpoint.origin
            remembered = origin not in states and origin in self._seen
            if origin not in states:
                states[origin] = await self._state(origin)
            try:
                step = await self._step(states[origin], offer)
            except NotProven as error:
                if not remembered:
                    found.append(error)
                    continue
                # What was remembered may be stale: nobody is refused on that account.
                self.forget(origin)
                states[origin] = await self._state(origin)
                again = await self._step_or_error(states[origin], offer)
                found.append(again)
                step = again if isinstance(again, Advance) else None
            else:
                found.append(step)
            if step is not None:
                states[origin] = self._moved(states[origin], step)
        return found

    def remember(self, advances: Iterable[Advance]) -> None:
        """These are stored now."""
        for step in advances:
            state = self._seen.get(step.origin)
            if state is not None and step.size >= state.size:
                self._seen[step.origin] = msgspec.structs.replace(state, size=step.size, root=step.root, note=step.note)

    def forget(self, *origins: str) -> None:
        """Read these anew; all of them if none is named."""
        for origin in origins or tuple(self._seen):
            self._seen.pop(origin, None)

    def cosigned(self, step: Advance) -> Advance:
        """The step with our cosignature as its last one."""
        text = step.note.partition("\n\n")[0] + "\n"
        ours = self._cosigner.cosign(text, int(self._clock.now().timestamp()))
        return msgspec.structs.replace(step, cosignatures=(*step.cosignatures, ours))

    async def keep_evidence(self, error: SplitView, body: bytes, *, halts: bool) -> None:
        """Keep both notes and the request; `halts`: nothing of the log is published until an operator decides."""
        raised = view_alarm if halts else unproven_alarm
        await self._alarms.raise_alarm(raised(error, body, self._clock.now()))
        self.forget(error.origin)

    async def _state(self, origin: str) -> WitnessState | None:
        if origin not in self._seen:
            state = await self._store.state(origin)
            if state is None or state.halted:  # an operator's decision must be seen at once
                return state
            self._seen[origin] = state
        return self._seen[origin]

    def _moved(self, state: WitnessState | None, step: Advance) -> WitnessState:
        moved = {"origin": step.origin, "size": step.size, "root": step.root, "note": step.note}
        if state is not None:
            return msgspec.structs.replace(state, **moved)
        return WitnessState(**moved, mirrored=0, halted=False, first_seen_at=self._clock.now())  # type: ignore[arg-type]

    async def _step_or_error(self, state: WitnessState | None, offer: Offer) -> Advance | NotProven | None:
        try:
            return await self._step(state, offer)
        except NotProven as error:
            return error

    async def _step(self, state: WitnessState | None, offer: Offer) -> Advance | None:
        offered = offer.checkpoint
        if state is not None and state.halted:
            raise Halted(offered.origin)
        if is_witnessed(state, offered):
            return None
        if state is not None and offered.size < state.size:
            root = await self._store.root_at(offered.origin, offered.size)
            if root is None:
                raise OldSize(state.size, state.mirrored)
            if root != offered.root:
                raise SplitView(offered.origin, state.note, offered.note.note, proven=False)
            return None
        if offer.old_size is None and state is not None:
            raise OldSize(state.size, state.mirrored)
        return self.cosigned(advance(state, offered, offer.old_size or 0, offer.proof))
