"""One executor at work: inbox → decision → orders → what became of them. Durable first at each step.

A crash anywhere is mended by `recover`, which is the same walk: what was accepted is decided, what was decided is
placed (placing again is one order), what the venue did is noted from where the notes stop, and nothing is traded before
our books and the venue's agree.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace

import msgspec

from argo_core.errors import ArgoError, InvariantError, StoreError
from argo_core.execution import decision_quote
from argo_core.execution.trades import TradeTerms
from argo_core.execution.waiting_entries import with_waiting
from argo_core.model.alert import Alert
from argo_core.model.bars import Bar
from argo_core.model.execution import ALLOWED, DENIED, SignalVerdicts
from argo_core.model.halt import Halt, HaltCode, Resume
from argo_core.model.inbox import Intake, ReceivedSignal
from argo_core.model.position import AccountSnapshot
from argo_core.model.signal import SealedSignal
from argo_core.model.trace import TraceContext
from argo_core.model.verdict import Denied
from argo_core.pipeline import execution_alerts as alerts
from argo_core.pipeline.bookkeeping import BATCH, Bookkeeping
from argo_core.pipeline.execute import ExecutionDecision, ExecutionPolicy, decide_execution
from argo_core.pipeline.execution_ports import ExecutorStores, VenuePorts
from argo_core.pipeline.executor_rules import ExecutorRules
from argo_core.pipeline.halting import ALWAYS_FLATTEN, Halting
from argo_core.pipeline.minding import Checked, Minding
from argo_core.pipeline.placing import place
from argo_core.pipeline.receive_signal import received_signal
from argo_core.pipeline.trace_book import TraceBook
from argo_core.pipeline.watching import Watching
from argo_core.ports import Clock, Notifier
from argo_core.ports.flatten_log import Flattening
from argo_core.ports.silent_tracer import SILENT
from argo_core.ports.tracer import Tracer
from argo_core.risk import Watched
from argo_core.risk.proposal import SIMULATED


class Executor:
    """Everything that touches the account goes through one lane, in the order in which it came.

    Without a `notifier` alerts are only told as values, in what `check` answers.
    """

    def __init__(
        self,
        policy: ExecutionPolicy,
        rules: ExecutorRules,
        venue: VenuePorts,
        stores: ExecutorStores,
        clock: Clock,
        new_id: Callable[[], str],
        notifier: Notifier | None = None,
        tracer: Tracer = SILENT,
    ) -> None:
        self.policy, self.rules = policy, rules
        self._venue, self._stores, self._clock, self._notifier = venue, stores, clock, notifier
        name, mode = policy.executor_id, policy.standing.mode
        self._keeping = Bookkeeping(stores.journal, venue.orders, TradeTerms(executor_id=name, mode=mode))
        self._watching = Watching(name, rules, stores.watch, stores.window, replayed=mode == SIMULATED)
        self._halting = Halting(name, stores.halts, clock, new_id)
        self._minding = Minding(
            name, rules, venue, stores, self._keeping, self._watching, self._halting, clock
        )  # fmt: skip
        self._tracer, self._traces = tracer, TraceBook()
        self._lane = asyncio.Lock()
        self._something_new = asyncio.Event()
        self._failed = False

    async def adopt(self, policy: ExecutionPolicy, rules: ExecutorRules) -> None:
        """Go by these from the next thing that touches the account: whose rules they are, what belongs together and how
        orders are protected stays. What the watch remembers of the day stays too, so a floor that comes nearer holds
        for what was lost already."""
        same = (policy.executor_id, policy.standing.mode) == (self.policy.executor_id, self.policy.standing.mode)
        if not same or rules.groups != self.rules.groups or rules.protection != self.rules.protection:
            raise InvariantError("an executor keeps its name, mode, groups and protection until its process ends")
        async with self._lane:
            self.policy, self.rules = policy, rules
            self._watching.adopt(rules)
            self._minding.adopt(rules)

    async def receive(self, body: bytes, parent: TraceContext | None = None) -> tuple[str, Intake]:
        """Verify and keep a signal; its id and what the inbox made of it. Raises DataError, RuleBroken, StoreError.
        `parent`: the step that sent it."""
        with self._tracer.span("receive", parent=parent, executor_id=self.policy.executor_id) as span:
            sealed = received_signal(body)
            signal_id = sealed.signal.signal_id
            self._traces.keep([signal_id], span.context)
            intake = await self.take(sealed, body)
            span.note(signal_id=signal_id, symbol=sealed.signal.symbol, intake=intake.value)
            return signal_id, intake

    async def take(self, sealed: SealedSignal, body: bytes = b"") -> Intake:
        """Keep a signal that is known to be genuine: one whose body was verified, or a backtest's own. Raises
        StoreError."""
        received = ReceivedSignal(sealed=sealed, body=body, received_at=self._clock.now())
        intake = await self._stores.inbox.receive(received)
        self._something_new.set()
        return intake

    async def wait_for_work(self) -> None:
        """Returns once a signal has been received since the last call of `work`."""
        await self._something_new.wait()

    def remember_work(self) -> None:
        """Something is left to do: `wait_for_work` returns."""
        self._something_new.set()

    async def recover(self) -> Checked:
        """Finish what an earlier process began. Before it returns no mark is taken and no signal decided.

        Raises StoreError where the venue or a store does not answer: then nothing may be traded.
        """
        async with self._lane:
            await self._halting.load()
            await self._watching.load()
            # Intents of before the crash meet the market of before it: an order that closes must not find a new one.
            checked = await self._minding.check(refresh=True)
        await self._tell(checked.alerts)
        await self.work()
        return checked

    async def work(self) -> int:
        """Decide and place every accepted signal; how many. Raises StoreError: the rest waits for the next call."""
        self._something_new.clear()
        done = 0
        while True:
            waiting = await self._stores.inbox.undecided(BATCH)
            for received in waiting:
                signal = received.sealed.signal
                origin = next(iter(self._traces.of([signal.signal_id])), None)
                async with self._lane:
                    with self._tracer.span(
                        "execute", parent=origin, signal_id=signal.signal_id, symbol=signal.symbol,
                        executor_id=self.policy.executor_id,
                    ):  # fmt: skip
                        await self._execute(received)
            done += len(waiting)
            if len(waiting) < BATCH:  # what came meanwhile has asked for a call of its own
                return done

    async def mark(self, bars: Sequence[Bar]) -> int:
        """Let the market move and look at the account; how many of the bars were new. Raises StoreError."""
        async with self._lane:
            new = await self._venue.marks.mark(bars)
            await self._watching.keep(bars)
            checked = await self._minding.check(refresh=False)
        await self._tell(checked.alerts)
        return new

    async def check(self, *, refresh: bool = False) -> Checked:
        """Look at the account: note, compare, judge, act. With `refresh` the venue is asked for everything, which it is
        every `refresh_seconds` anyway. Raises StoreError, DataError `not_finite` for an account that makes no sense:
        nothing is traded until a check succeeds."""
        try:
            async with self._lane:
                checked = await self._minding.check(refresh=refresh)
        except ArgoError as error:
            self._failed = True
            await self._tell([alerts.unreachable(self.policy.executor_id, str(error), self._clock.now())])
            raise
        mended = [alerts.unreachable(self.policy.executor_id, "it answers", self._clock.now(), resolved=True)]
        await self._tell([*(mended if self._failed else ()), *checked.alerts])
        self._failed = False
        return checked

    async def halt(self, code: HaltCode, reason: str, by: str) -> tuple[Halt, Flattening | None]:
        """Stop trading. A person's halt and a drill also cancel every order and close every position: one pass here,
        the rest by `check`. Where a halt as grave stands already it is that one. Raises StoreError.

        Durable before anything else, and before whatever else goes on has ended.
        """
        halt = None
        while halt is None:  # a graver one that stood may end meanwhile
            halt = await self._halting.halt(code, reason, by) or self._halting.standing
        try:
            return halt, await self._stopped(halt) if code in ALWAYS_FLATTEN else None
        finally:
            # Not before: who is told may take its time.
            await self._tell([alerts.halted(halt)])

    async def resume(self, reason: str, by: str) -> tuple[Resume, ...]:
        """Let the account trade again: every halt that stands ends. Empty where none stands. Raises StoreError.

        What caused a halt and still holds halts again at the next check; a halt that is called meanwhile stands.
        """
        ended: list[Resume] = []
        async with self._lane:
            called = self._clock.now()
            if self._halting.standing is not None:
                # A crash between these leaves halts standing: resuming again ends them.
                await self._watching.resumed(called)
            while (halt := self._halting.standing) is not None and halt.at <= called:
                resume = await self._halting.end(halt, reason, by)
                ended += [] if resume is None else [resume]
        await self._tell([alerts.trading_again(resume) for resume in ended[-1:]])
        return tuple(ended)

    async def account(self) -> AccountSnapshot:
        """The account now. Raises StoreError."""
        return await self._venue.broker.snapshot()

    async def watched(self) -> Watched:
        """The account's standing against its limits now; nothing follows from asking. Raises StoreError."""
        async with self._lane:
            return self._watching.judged(await self._venue.broker.snapshot())

    @property
    def standing(self) -> Halt | None:
        """The halt that stands, None where the executor may trade."""
        return self._halting.standing

    @property
    def reconciled(self) -> bool:
        """True when our books and the venue's agreed at the last check."""
        return self._minding.reconciled

    async def _stopped(self, halt: Halt) -> Flattening | None:
        with suppress(StoreError):
            # At once, not behind what the lane waits for; the pass below takes off what has come since.
            await self._venue.sweep.cancel_all()
        async with self._lane:
            return await self._minding.flatten(halt)

    async def _execute(self, received: ReceivedSignal) -> None:
        if not self._minding.reconciled and self._halting.standing is None:
            await self._minding.check(refresh=True)
        signal = received.sealed.signal
        quote = decision_quote(signal, await self._venue.marks.last(signal.symbol))
        if self._keeping.waiting:
            await self._keeping.follow()
        account, now = await self._venue.broker.snapshot(), self._clock.now()
        watched = self._watching.judged(account)
        account = with_waiting(account, [decided.intent for decided in self._keeping.waiting])
        with self._tracer.span("risk") as span:
            decision = decide_execution(
                signal, account, quote, self._policy_now(), watched, self._watching.context, now
            )  # fmt: skip
            span.note(allowed=decision.allowed, denied_by=_denied_by(decision), orders=len(decision.intents))
        verdicts = SignalVerdicts(
            signal_id=signal.signal_id,
            executor_id=self.policy.executor_id,
            verdicts=decision.verdicts,
            decision=ALLOWED if decision.allowed else DENIED,
            decided_at=now,
        )
        # A crash before this leaves the signal undecided; after it, intents that the next check places.
        await self._keeping.decided(verdicts, decision.intents)
        if decision.allowed and self._halting.standing is None:
            await place(self._venue, self._keeping, self.rules, now, self._halting.is_halted, self._tracer)

    def _policy_now(self) -> ExecutionPolicy:
        halt = self._halting.standing
        standing = msgspec.structs.replace(
            self.policy.standing,
            halted=None if halt is None else halt.code.value,
            reconciled=self._minding.reconciled,
        )
        return self.policy if standing == self.policy.standing else replace(self.policy, standing=standing)

    async def _tell(self, told: Iterable[Alert]) -> None:
        if self._notifier is not None:
            for alert in told:
                await self._notifier.send(alert)


def _denied_by(decision: ExecutionDecision) -> str:
    return " ".join(f"{each.layer}:{each.code}" for each in decision.verdicts if isinstance(each, Denied))
