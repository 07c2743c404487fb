"""Where signals, outcomes and finished trades meet what was witnessed of the log: what a proof cannot decide alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from alpine_core.errors import NotProven, OldSize, SenderError, SplitView
from alpine_core.intake.evidence import refused_alarm
from alpine_core.intake.witness import Offer, Witness
from alpine_core.model.seal import OutcomeSeal
from alpine_core.model.signal import VerifiedSignal
from alpine_core.model.witness import Advance
from alpine_core.ports.signal_store import SignalStore
from alpine_core.verify.realised import require_figures
from alpine_core.verify.seal_verifier import ProvenSignal
from alpine_core.verify.trust_policy import OpenedCheckpoint
from alpine_core.wire.ledger import LedgerMembers
from alpine_core.wire.outcomes import OfferedOutcome
from alpine_core.wire.realised import OfferedRealised

Judged = VerifiedSignal | ProvenSignal | SenderError
"""A signal as far as it has come: unlogged, proven but for the checkpoint's history, or refused."""


class Decided(msgspec.Struct, frozen=True):
    """In the places of what was judged: what can be stored, or why not; `steps` are to be stored with it, by place."""

    items: tuple[VerifiedSignal | SenderError, ...]
    steps: dict[int, Advance]


class Sealing:
    """With no `witness`, no log is pinned: what bodies say of a log is passed over."""

    def __init__(self, witness: Witness | None, alarms: SignalStore) -> None:
        self._witness, self._alarms = witness, alarms

    def prove(self, signal: VerifiedSignal, ledger: LedgerMembers | None) -> VerifiedSignal | ProvenSignal:
        """Steps 3 to 6 but for history. Raises NotProven as `SealVerifier.prove`."""
        if ledger is None or self._witness is None:
            return signal
        return self._witness.verifier.prove(signal, ledger)

    async def decide(self, judged: Sequence[Judged], bodies: Sequence[bytes]) -> Decided:
        """Step 5: whether each checkpoint continues what was seen. Evidence of two histories is kept at once."""
        proven = {place: one for place, one in enumerate(judged) if isinstance(one, ProvenSignal)}
        if not proven or self._witness is None:
            return Decided(tuple(one for one in judged if not isinstance(one, ProvenSignal)), {})
        offers = [Offer(one.checkpoint, one.members.old_size, one.members.consistency) for one in proven.values()]
        found = dict(zip(proven, await self._witness.steps(offers), strict=True))
        for place, step in found.items():
            if isinstance(step, SplitView):
                await self._witness.keep_evidence(step, bodies[place], halts=True)
        items = tuple(
            one if not isinstance(one, ProvenSignal) else _item(one, found[place]) for place, one in enumerate(judged)
        )
        return Decided(items, {place: step for place, step in found.items() if isinstance(step, Advance)})

    def stored(self, steps: Iterable[Advance]) -> None:
        """These are on the disk."""
        if self._witness is not None:
            self._witness.remember(steps)

    def moved(self) -> None:
        """Somebody else advanced a log: nothing remembered is relied upon."""
        if self._witness is not None:
            self._witness.forget()

    async def keep_refused(self, refused: Iterable[tuple[str, NotProven, bytes]], at: datetime) -> None:
        """An alarm, with the body, for each proof that does not hold; names, errors and bodies."""
        for subject, error, body in refused:
            alarm = refused_alarm(subject, error, body, at)
            if alarm is not None:
                await self._alarms.raise_alarm(alarm)

    async def outcome(self, offered: OfferedOutcome, body: bytes) -> OutcomeSeal | None:
        """The outcome's place; None: it says nothing of one. Evidence of two histories is kept at once, with `body`.

        Raises NotProven as `SealVerifier.prove_outcome`; OldSize for a checkpoint that is not witnessed: outcomes come
        after the checkpoint that holds them.
        """
        if offered.ledger is None or self._witness is None:
            return None
        seal, checkpoint = self._witness.verifier.prove_outcome(offered.record, offered.ledger)
        await self._require_witnessed(self._witness, checkpoint, body)
        return seal

    async def realised(self, offered: OfferedRealised, body: bytes) -> OutcomeSeal | None:
        """The trade's place, as `outcome` gives it. Raises NotProven as `SealVerifier.prove_realised`; OldSize.

        Figures that cannot be are no more believed where no log commits to them.
        """
        if offered.ledger is None or self._witness is None:
            require_figures(offered.trade)
            return None
        seal, checkpoint = self._witness.verifier.prove_realised(offered.trade, offered.ledger)
        await self._require_witnessed(self._witness, checkpoint, body)
        return seal

    async def _require_witnessed(self, witness: Witness, checkpoint: OpenedCheckpoint, body: bytes) -> None:
        (step,) = await witness.steps([Offer(checkpoint, None, ())])
        if isinstance(step, SplitView):
            await witness.keep_evidence(step, body, halts=True)
        if isinstance(step, NotProven):
            raise step
        if step is not None:
            raise OldSize(0, 0)


def _item(proven: ProvenSignal, step: Advance | NotProven | None) -> VerifiedSignal | SenderError:
    return step if isinstance(step, NotProven) else proven.signal
