"""One executor at work: inbox → decision → orders → what became of them. Durable first at each step.

A crash anywhere is mended by `recover`, which is the same walk: what was accepted is decided, what was decided is
placed (placing again is one order), what the venue did is noted from where the notes stop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from argo_core.execution import decision_quote
from argo_core.execution.noting import Holdings, note
from argo_core.model.bars import Bar
from argo_core.model.execution import ALLOWED, DENIED, SignalVerdicts
from argo_core.model.inbox import Intake, ReceivedSignal
from argo_core.model.order import OrderIntent
from argo_core.model.position import AccountSnapshot
from argo_core.pipeline.execute import ExecutionPolicy, decide_execution
from argo_core.pipeline.receive_signal import received_signal
from argo_core.ports import Broker, Clock, ExecutionJournal, MarketMarks, OrderFeed, SignalInbox

BATCH = 100


class Executor:
    """Everything that touches the account goes through one lane, in the order in which it came."""

    def __init__(
        self,
        policy: ExecutionPolicy,
        broker: Broker,
        orders: OrderFeed,
        marks: MarketMarks,
        inbox: SignalInbox,
        journal: ExecutionJournal,
        clock: Clock,
    ) -> None:
        self.policy = policy
        self._broker, self._orders, self._marks = broker, orders, marks
        self._inbox, self._journal, self._clock = inbox, journal, clock
        self._lane = asyncio.Lock()
        self._holdings = Holdings({})
        self._noted_to: int | None = None
        self._something_new = asyncio.Event()

    async def receive(self, body: bytes) -> tuple[str, Intake]:
        """Verify and keep a signal; its id and what the inbox made of it. Raises DataError, RuleBroken, StoreError."""
        sealed = received_signal(body)
        received = ReceivedSignal(sealed=sealed, body=body, received_at=self._clock.now())
        intake = await self._inbox.receive(received)
        self._something_new.set()
        return sealed.signal.signal_id, intake

    async def wait_for_work(self) -> None:
        """Returns once a signal has been received since the last call of `work`."""
        await self._something_new.wait()

    def remember_work(self) -> None:
        """Something is left to do: `wait_for_work` returns."""
        self._something_new.set()

    async def recover(self) -> None:
        """Finish what an earlier process began. Before it returns no mark is taken. Raises StoreError."""
        async with self._lane:
            # Intents of before the crash meet the market of before it: an order that closes must not find a new one.
            await self._place(await self._journal.unplaced())
        await self.work()

    async def work(self) -> int:
        """Decide and place every accepted signal; how many. Raises StoreError: the rest waits for the next call."""
        self._something_new.clear()
        done = 0
        while waiting := await self._inbox.undecided(BATCH):
            for received in waiting:
                async with self._lane:
                    await self._execute(received)
                done += 1
        return done

    async def mark(self, bars: Sequence[Bar]) -> int:
        """Let the market move; how many of the bars were new. Raises StoreError."""
        async with self._lane:
            new = await self._marks.mark(bars)
            await self._note_changes()
        return new

    async def account(self) -> AccountSnapshot:
        """The account now. Raises StoreError."""
        return await self._broker.snapshot()

    async def _execute(self, received: ReceivedSignal) -> None:
        signal = received.sealed.signal
        quote = decision_quote(signal, await self._marks.last(signal.symbol))
        now = self._clock.now()
        decision = decide_execution(signal, await self._broker.snapshot(), quote, self.policy, now)
        verdicts = SignalVerdicts(
            signal_id=signal.signal_id,
            executor_id=self.policy.executor_id,
            verdicts=decision.verdicts,
            decision=ALLOWED if decision.allowed else DENIED,
            decided_at=now,
        )
        # A crash before this leaves the signal undecided; after it, intents that `recover` places.
        await self._journal.decided(verdicts, decision.intents)
        await self._place(decision.intents)

    async def _place(self, intents: Sequence[OrderIntent]) -> None:
        for intent in intents:
            # A crash after this leaves an order that is placed and not noted: it is noted from the venue's sequence.
            await self._broker.submit(intent)
        await self._note_changes()

    async def _note_changes(self) -> None:
        if self._noted_to is None:
            fills, self._noted_to = await self._journal.fills()
            self._holdings = Holdings.of(fills)
        while changes := await self._orders.changes(self._noted_to, BATCH):
            holdings, noted = self._holdings, []
            for numbered in changes:
                holdings, told = note(holdings, numbered, self.policy.executor_id)
                noted.append(told)
            position, self._noted_to = changes[-1].position, None
            # If this raises, the position stays unknown and is read again: it is not guessed.
            await self._journal.noted(noted)
            self._holdings, self._noted_to = holdings, position
