"""An executor's stores in memory: the inbox and the journal over one set of decisions."""

from __future__ import annotations

from collections.abc import Sequence

from argo_core.errors import StoreError
from argo_core.model.execution import NO_SIGNALS, Execution, SignalVerdicts
from argo_core.model.inbox import Intake, ReceivedSignal
from argo_core.model.order import OrderIntent
from argo_core.model.order_change import OrderChange
from argo_core.model.trade import Trade
from argo_core.ports.execution_journal import DecidedIntent, NotedChange, Notes


class MemoryExecutorStore:
    """`SignalInbox` and `ExecutionJournal`. `reported` is what an outbox would hold, oldest first."""

    def __init__(self) -> None:
        self.verdicts: dict[str, SignalVerdicts] = {}
        self.reported: list[SignalVerdicts | Execution | Trade] = []
        self.trades: list[Trade] = []
        self.withdrawals: dict[str, str] = {}
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

    async def noted(self, changes: Sequence[NotedChange]) -> None:
        last = self._changes[-1].numbered.position if self._changes else 0
        for change in changes:
            if change.numbered.position > last:
                self._changes.append(change)
                self.reported.extend(change.executions)
                self.trades.extend(change.trades)
                self.reported.extend(trade for trade in change.trades if trade.signal_id not in NO_SIGNALS)

    async def withdrawn(self, client_order_id: str, reason: str) -> None:
        self.withdrawals.setdefault(client_order_id, reason)

    async def notes(self) -> Notes:
        orders: dict[str, OrderChange] = {}
        for noted in self._changes:
            name = noted.numbered.change.order.intent.client_order_id
            orders.pop(name, None)
            orders[name] = noted.numbered.change
        done = orders.keys() | self.withdrawals.keys()
        return Notes(
            fills=tuple(noted.fill for noted in self._changes if noted.fill is not None),
            orders=tuple(orders.values()),
            intents=tuple(
                DecidedIntent(intent=intent, decided_at=self.verdicts[intent.signal_id].decided_at)
                for intent in self._intents.values()
            ),
            unplaced=tuple(name for name in self._intents if name not in done),
            position=self._changes[-1].numbered.position if self._changes else 0,
        )
