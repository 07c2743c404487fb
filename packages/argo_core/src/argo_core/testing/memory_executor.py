"""An executor's stores in memory: the inbox and the journal over one set of decisions."""

from __future__ import annotations

from collections.abc import Sequence

from argo_core.errors import StoreError
from argo_core.model.execution import Execution, SignalVerdicts
from argo_core.model.inbox import Intake, ReceivedSignal
from argo_core.model.order import OrderIntent
from argo_core.ports.execution_journal import NotedChange, NotedFill


class MemoryExecutorStore:
    """`SignalInbox` and `ExecutionJournal`. `reported` is what an outbox would hold, oldest first."""

    def __init__(self) -> None:
        self.verdicts: dict[str, SignalVerdicts] = {}
        self.reported: list[SignalVerdicts | Execution] = []
        self._received: dict[str, ReceivedSignal] = {}
        self._intents: dict[str, OrderIntent] = {}
        self._changes: list[NotedChange] = []

    async def receive(self, received: ReceivedSignal) -> Intake:
        sealed = received.sealed
        known = self._received.setdefault(sealed.signal.signal_id, received)
        if known is received:
            return Intake.ACCEPTED
        same = known.sealed.verification_hash == sealed.verification_hash
        return Intake.DUPLICATE if same else Intake.CONFLICT

    async def undecided(self, limit: int) -> tuple[ReceivedSignal, ...]:
        waiting = [received for name, received in self._received.items() if name not in self.verdicts]
        return tuple(waiting[:limit])

    async def decided(self, verdicts: SignalVerdicts, intents: Sequence[OrderIntent]) -> None:
        if verdicts.signal_id in self.verdicts:
            raise StoreError(f"signal {verdicts.signal_id} is decided already")
        self.verdicts[verdicts.signal_id] = verdicts
        self._intents.update({intent.client_order_id: intent for intent in intents})
        self.reported.append(verdicts)

    async def unplaced(self) -> tuple[OrderIntent, ...]:
        noted = {change.numbered.change.order.intent.client_order_id for change in self._changes}
        return tuple(intent for name, intent in self._intents.items() if name not in noted)

    async def noted(self, changes: Sequence[NotedChange]) -> None:
        last = self._changes[-1].numbered.position if self._changes else 0
        for change in changes:
            if change.numbered.position > last:
                self._changes.append(change)
                self.reported.extend(change.executions)

    async def fills(self) -> tuple[tuple[NotedFill, ...], int]:
        fills = tuple(change.fill for change in self._changes if change.fill is not None)
        return fills, self._changes[-1].numbered.position if self._changes else 0
