"""What an executor and its exchange remember for as long as a backtest lasts: lists and dicts, and nothing durable.

They keep the promises of the ports but durability, and pass the same contract tests as the stores of a live executor.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import datetime

from argo_core.errors import StoreError
from argo_core.model.bars import Bar
from argo_core.model.execution import SignalVerdicts
from argo_core.model.halt import Halt, Resume
from argo_core.model.inbox import Intake, ReceivedSignal
from argo_core.model.order import OrderIntent
from argo_core.model.order_change import NumberedChange, OrderChange
from argo_core.model.trade import Trade
from argo_core.ports.bar_window import KEPT
from argo_core.ports.execution_journal import DecidedIntent, NotedChange, Notes
from argo_core.ports.flatten_log import Flattening, FlattenStep
from argo_core.ports.watch_log import WatchRecord


class RunInbox:
    """`SignalInbox` and `ExecutionJournal`: signals wait until they are decided."""

    def __init__(self) -> None:
        self.verdicts: dict[str, SignalVerdicts] = {}
        self.changes: list[NotedChange] = []
        self.trades: list[Trade] = []
        self.withdrawals: dict[str, str] = {}
        self._waiting: dict[str, ReceivedSignal] = {}
        self._hashes: dict[str, str] = {}
        self._intents: dict[str, OrderIntent] = {}

    async def receive(self, received: ReceivedSignal) -> Intake:
        name, digest = received.sealed.signal.signal_id, received.sealed.verification_hash
        known = self._hashes.get(name)
        if known is not None:
            return Intake.DUPLICATE if known == digest else Intake.CONFLICT
        self._hashes[name] = digest
        if name not in self.verdicts:
            self._waiting[name] = received
        return Intake.ACCEPTED

    async def undecided(self, limit: int) -> tuple[ReceivedSignal, ...]:
        return tuple(self._waiting.values())[:limit]

    async def decided(self, verdicts: SignalVerdicts, intents: Sequence[OrderIntent]) -> None:
        if verdicts.signal_id in self.verdicts:
            raise StoreError(f"signal {verdicts.signal_id} is decided already")
        self.verdicts[verdicts.signal_id] = verdicts
        self._waiting.pop(verdicts.signal_id, None)
        self._intents.update({intent.client_order_id: intent for intent in intents})

    async def noted(self, changes: Sequence[NotedChange]) -> None:
        last = self.changes[-1].numbered.position if self.changes else 0
        new = [change for change in changes if change.numbered.position > last]
        self.changes += new
        self.trades += [trade for change in new for trade in change.trades]

    async def withdrawn(self, client_order_id: str, reason: str) -> None:
        self.withdrawals.setdefault(client_order_id, reason)

    async def notes(self) -> Notes:
        orders: dict[str, OrderChange] = {}
        for noted in self.changes:
            name = noted.numbered.change.order.intent.client_order_id
            orders.pop(name, None)
            orders[name] = noted.numbered.change
        done = orders.keys() | self.withdrawals.keys()
        return Notes(
            fills=tuple(noted.fill for noted in self.changes if noted.fill is not None),
            orders=tuple(orders.values()),
            intents=tuple(
                DecidedIntent(intent=intent, decided_at=self.verdicts[intent.signal_id].decided_at)
                for intent in self._intents.values()
            ),
            unplaced=tuple(name for name in self._intents if name not in done),
            position=self.changes[-1].numbered.position if self.changes else 0,
        )


class RunExchangeStore:
    """`ExchangeStore`."""

    def __init__(self) -> None:
        self._changes: list[OrderChange] = []
        self._newest: dict[str, OrderChange] = {}
        self._marks: dict[str, Bar] = {}

    async def load(self) -> tuple[tuple[OrderChange, ...], tuple[Bar, ...]]:
        return tuple(self._changes), tuple(self._marks.values())

    async def append(self, changes: Sequence[OrderChange], marks: Sequence[Bar], now: datetime) -> None:
        self._changes += changes
        for change in changes:
            self._newest[change.order.intent.client_order_id] = change
        self._marks |= {bar.symbol: bar for bar in marks}

    async def newest(self, client_order_id: str) -> OrderChange | None:
        return self._newest.get(client_order_id)

    async def changes(self, after: int, limit: int) -> tuple[NumberedChange, ...]:
        if after >= len(self._changes):
            return ()
        numbered = enumerate(self._changes[after : after + limit], after + 1)
        return tuple(NumberedChange(position=position, change=change) for position, change in numbered)


class RunHalts:
    """`HaltLog` and `FlattenLog`."""

    def __init__(self) -> None:
        self.log: list[Halt | Resume] = []
        self._standing: dict[str, Halt] = {}
        self._steps: dict[str, dict[FlattenStep, datetime]] = {}

    async def halt(self, halt: Halt) -> None:
        if not any(isinstance(one, Halt) and one.halt_id == halt.halt_id for one in self.log):
            self.log.append(halt)
            self._standing[halt.halt_id] = halt

    async def resume(self, resume: Resume) -> None:
        if self._standing.pop(resume.halt_id, None) is not None:
            self.log.append(resume)

    async def standing(self) -> Halt | None:
        return next(reversed(self._standing.values()), None)

    async def history(self, limit: int) -> tuple[Halt | Resume, ...]:
        return tuple(reversed(self.log))[:limit]

    async def step(self, halt_id: str, step: FlattenStep, at: datetime) -> None:
        self._steps.setdefault(halt_id, {}).setdefault(step, at)

    async def flattening(self, halt_id: str) -> Flattening | None:
        at = self._steps.get(halt_id, {})
        if FlattenStep.CALLED not in at:
            return None
        return Flattening(
            halt_id=halt_id,
            called_at=at[FlattenStep.CALLED],
            last_cancelled_at=at.get(FlattenStep.CANCELLED),
            flat_at=at.get(FlattenStep.FLAT),
        )

    async def flattenings(self, limit: int) -> tuple[Flattening, ...]:
        found = [await self.flattening(name) for name in reversed(self._steps)]
        return tuple(one for one in found if one is not None)[:limit]


class RunWatchLog:
    """`WatchLog`, of which only the newest record of each executor is kept."""

    def __init__(self) -> None:
        self._newest: dict[str, WatchRecord] = {}

    async def append(self, record: WatchRecord) -> None:
        self._newest[record.executor_id] = record

    async def newest(self, executor_id: str) -> WatchRecord | None:
        return self._newest.get(executor_id)


class RunBarWindow:
    """`BarWindow`."""

    def __init__(self) -> None:
        self._bars: dict[str, deque[Bar]] = {}

    async def keep(self, bars: Sequence[Bar]) -> None:
        for bar in bars:
            of_symbol = self._bars.get(bar.symbol)
            if of_symbol is None:
                of_symbol = self._bars[bar.symbol] = deque(maxlen=KEPT)
            if not of_symbol or bar.start > of_symbol[-1].start:
                of_symbol.append(bar)
            elif all(bar.start != known.start for known in of_symbol):
                self._bars[bar.symbol] = deque(sorted((*of_symbol, bar), key=lambda one: one.start), KEPT)

    async def load(self) -> tuple[Bar, ...]:
        return tuple(bar for _, of_symbol in sorted(self._bars.items()) for bar in of_symbol)
