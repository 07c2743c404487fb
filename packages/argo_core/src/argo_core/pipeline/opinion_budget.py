"""A language model's budget of the day: no request goes out that it does not hold."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec

from argo_core.errors import SourceError
from argo_core.model.opinion_answer import Question
from argo_core.model.opinion_call import OpinionCall
from argo_core.ports.clock import Clock
from argo_core.ports.opinion_bill import OpinionBill
from argo_core.sources.opinion_schedule import Bill, SchedulePolicy, holds_call, share_of_day


class OpinionBudget:
    """`ports.CallMeter` over the bill. Calls that begin at the same time are looked at one after the other, so that
    together they stay within the day too. `new_id`: a name for each call, never the same twice."""

    def __init__(self, bill: OpinionBill, policy: SchedulePolicy, clock: Clock, new_id: Callable[[], str]) -> None:
        self._bill, self._policy, self._clock, self._new_id = bill, policy, clock, new_id
        self._beginning = asyncio.Lock()

    def adopt(self, policy: SchedulePolicy) -> None:
        """Another budget from the next call on; what was spent today counts against it."""
        self._policy = policy

    async def today(self) -> Bill:
        """What the present UTC day has cost so far. Raises StoreError."""
        begun, share = share_of_day(self._clock.now())
        calls, dollars = await self._bill.spent(self._policy.source, begun)
        return Bill(calls=calls, usd=dollars, day_share=share)

    async def begin(self, question: Question) -> OpinionCall:
        """As `CallMeter` says."""
        async with self._beginning:
            if not holds_call(self._policy, await self.today()):
                why = f"{self._policy.source}: the day's budget of calls or dollars is spent"
                raise SourceError("RATE_LIMITED", why)
            call = OpinionCall(
                call_id=self._new_id(),
                source=self._policy.source,
                symbol=question.symbol,
                usd=self._policy.call_usd,
                at=self._clock.now(),
            )
            await self._bill.begin(call)
            return call

    async def settle(self, call: OpinionCall, usd: float) -> None:
        """As `CallMeter` says."""
        await self._bill.settle(call, usd)

    async def withdraw(self, call: OpinionCall) -> None:
        """As `CallMeter` says."""
        await self._bill.withdraw(call)


class Unmetered(msgspec.Struct, frozen=True):
    """`ports.CallMeter` without a budget, for the one question that a person asks by hand."""

    async def begin(self, question: Question) -> OpinionCall:
        """Always."""
        return OpinionCall(call_id="", source=question.source, symbol=question.symbol, usd=0.0, at=question.asked_at)

    async def settle(self, call: OpinionCall, usd: float) -> None:
        """Nobody counts."""

    async def withdraw(self, call: OpinionCall) -> None:
        """Nobody counts."""
