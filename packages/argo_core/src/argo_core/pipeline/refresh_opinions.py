"""Asks language models in the background, so that no cycle ever waits for one.

One refresher per source. A step asks about the few symbols that are due, waits for their answers, and keeps each as
it comes. The cycle reads what is kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import msgspec

from argo_core.errors import DataError, SourceError, StoreError
from argo_core.pipeline.opinion_budget import OpinionBudget
from argo_core.ports.clock import Clock
from argo_core.ports.opinion_bill import OpinionBill
from argo_core.ports.opinion_log import OpinionLog
from argo_core.ports.opinion_vendor import OpinionVendor
from argo_core.sources.opinion_facts import MarketFacts, SymbolFacts
from argo_core.sources.opinion_prompt import question_of
from argo_core.sources.opinion_schedule import (
    Bill,
    SchedulePolicy,
    ScheduleState,
    affordable,
    answered,
    asking,
    due,
    failed,
    forgetting,
    wished,
)

_FORGOTTEN_CADENCES = 10.0


class RefreshReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a step did: symbols asked about and kept, and by symbol why there is no answer (a sentence).

    `calls_left` (as paced) and `usd_left` of the day's budget, before the step.
    """

    asked: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    failures: Mapping[str, str] = {}
    calls_left: int = 0
    usd_left: float = 0.0


class OpinionRefresher:
    """The use case of a background job. A step while another is under way does nothing.

    Every request is on the bill before it is sent, so neither a crash nor a silent vendor renews the day's budget.
    """

    def __init__(
        self,
        vendor: OpinionVendor,
        log: OpinionLog,
        bill: OpinionBill,
        policy: SchedulePolicy,
        clock: Clock,
        new_id: Callable[[], str],
    ) -> None:
        self._vendor, self._log, self._policy, self._clock = vendor, log, policy, clock
        self._budget = OpinionBudget(bill, policy, clock, new_id)
        self._state = ScheduleState()
        self._busy = False

    @property
    def schedule(self) -> ScheduleState:
        """What is asked at present: for `RecordedOpinionSource`."""
        return self._state

    def wish(self, requested: frozenset[str], dropped: frozenset[str]) -> None:
        """What the last cycle's early exit wants refreshed first, and what not at all; each call replaces the last."""
        self._state = wished(self._state, requested, dropped)

    def adopt(self, policy: SchedulePolicy) -> None:
        """Another budget from the next step on; what was spent today counts against it."""
        self._policy = policy
        self._budget.adopt(policy)

    async def bill(self) -> Bill:
        """What the present UTC day has cost so far. Raises StoreError."""
        return await self._budget.today()

    async def step(self, facts: MarketFacts) -> RefreshReport:
        """Ask what is due at `facts`, and keep the answers. Raises StoreError if the bill cannot be read: nothing is
        asked then."""
        if self._busy:
            return RefreshReport()
        self._busy = True
        try:
            return await self._stepped(facts)
        finally:
            self._busy = False

    async def _stepped(self, facts: MarketFacts) -> RefreshReport:
        bill = await self.bill()
        self._state = forgetting(self._state, facts.as_of, _FORGOTTEN_CADENCES * self._policy.cadence_seconds)
        chosen = due(self._policy, self._state, facts, bill)
        outcomes = await asyncio.gather(*(self._refreshed(each) for each in chosen), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):  # ours: the others' answers are kept before it is raised
                raise outcome
        told = {each.symbol: outcome for each, outcome in zip(chosen, outcomes, strict=True)}
        return RefreshReport(
            asked=tuple(told),
            kept=tuple(symbol for symbol, outcome in told.items() if outcome is None),
            failures={symbol: outcome for symbol, outcome in told.items() if isinstance(outcome, str)},
            calls_left=affordable(self._policy, bill),
            usd_left=self._policy.daily_usd - bill.usd,
        )

    async def _refreshed(self, facts: SymbolFacts) -> str | None:
        """None once the answer is durable, else why there is none."""
        self._state = asking(self._state, facts.symbol, facts.as_of)
        try:
            question = question_of(self._policy.source, facts, self._policy.horizon_minutes, self._clock.now())
        except DataError as error:  # facts that make no question are this symbol's trouble, not the others'
            return self._without_answer(facts, SourceError("REFUSED_ANSWER", str(error)))
        try:
            answer = await self._vendor.ask(question, self._budget)
            # A crash here loses this answer alone: it is on the bill, and is asked for again at the next step.
            await self._log.keep(answer)
        except SourceError as error:
            return self._without_answer(facts, error)
        except StoreError as error:
            return self._without_answer(facts, SourceError("VENDOR_ERROR", str(error)))
        self._state = answered(self._state)
        return None

    def _without_answer(self, facts: SymbolFacts, error: SourceError) -> str:
        self._state = failed(self._state, facts.symbol, error, facts.as_of)
        return str(error)
