"""Answers of language models in a list, and a model that says what it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from argo_core.errors import SourceError, StoreError
from argo_core.model.instant import require_utc
from argo_core.model.opinion_answer import OpinionAnswer, Question
from argo_core.model.opinion_call import OpinionCall
from argo_core.ports.call_meter import CallMeter

DAY = timedelta(days=1)


class MemoryOpinions:
    """`OpinionLog`. While `down`, nothing is stored or read. For tests, and for nothing else."""

    def __init__(self) -> None:
        self.answers: list[OpinionAnswer] = []
        self.down = False

    async def keep(self, answer: OpinionAnswer) -> None:
        self._require_up()
        self.answers.append(answer)

    async def newest(self, source: str, not_after: datetime) -> Mapping[str, OpinionAnswer]:
        self._require_up()
        limit = require_utc(not_after)
        known = [one for one in self.answers if one.source == source and one.known_at <= limit]
        return {one.symbol: one for one in sorted(known, key=lambda one: one.market_as_of)}

    def _require_up(self) -> None:
        if self.down:
            raise StoreError("the log of answers is down: try again later")


class MemoryBill:
    """`OpinionBill`. `begun` are the calls of which none was withdrawn, by their names; `cost` what they cost. While
    `down`, nothing is stored or read. For tests, and for nothing else."""

    def __init__(self) -> None:
        self.begun: dict[str, OpinionCall] = {}
        self.cost: dict[str, float] = {}
        self._ended: set[str] = set()
        self.down = False

    async def begin(self, call: OpinionCall) -> None:
        self._require_up()
        if call.call_id in self.cost:
            raise StoreError(f"the call {call.call_id} has begun before")
        self.begun[call.call_id], self.cost[call.call_id] = call, call.usd

    async def settle(self, call: OpinionCall, usd: float) -> None:
        self._end(call)
        self.cost[call.call_id] = usd

    async def withdraw(self, call: OpinionCall) -> None:
        self._end(call)
        del self.begun[call.call_id]

    async def spent(self, source: str, since: datetime) -> tuple[int, float]:
        self._require_up()
        counted = [
            name for name, call in self.begun.items() if call.source == source and since <= call.at < since + DAY
        ]
        return len(counted), sum(self.cost[name] for name in counted)

    def _end(self, call: OpinionCall) -> None:
        self._require_up()
        if call.call_id in self._ended:
            raise StoreError(f"the call {call.call_id} has ended before")
        self._ended.add(call.call_id)

    def _require_up(self) -> None:
        if self.down:
            raise StoreError("the bill is down: try again later")


class ScriptedOpinions:
    """`OpinionVendor` whose answers are `answering(question)`, a SourceError to raise among them.

    `gate` holds answers back until it is set. For tests, and for nothing else.
    """

    def __init__(self, answering: Callable[[Question], OpinionAnswer | SourceError], name: str = "scripted") -> None:
        self._answering = answering
        self.name = name
        self.asked: list[Question] = []
        self.under_way = 0
        self.most_under_way = 0
        self.gate: asyncio.Event | None = None

    async def ask(self, question: Question, meter: CallMeter) -> OpinionAnswer:
        call = await meter.begin(question)
        self.asked.append(question)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            if self.gate is not None:
                await self.gate.wait()
            answer = self._answering(question)
        finally:
            self.under_way -= 1
        if isinstance(answer, SourceError):
            if answer.reason in ("BREAKER_OPEN", "RATE_LIMITED"):
                await meter.withdraw(call)
            raise answer
        if answer.usage.cost_usd is not None:
            await meter.settle(call, answer.usage.cost_usd)
        return answer
