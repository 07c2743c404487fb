"""How a language model is asked, whoever its vendor is: with search, once more without, then not at all.

Off the schema means no vote, never a flat one. Each attempt costs money, so none is repeated blindly, and none is sent
before it is on the bill.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

import httpx

from argo_core.adapters.vendor_path import Fetched, HttpLimits, VendorPath
from argo_core.adapters.vendors.model_reply import ModelReply
from argo_core.errors import ConfigError, DataError, SourceError
from argo_core.model.direction import Direction
from argo_core.model.opinion_answer import OpinionAnswer, Question, Usage
from argo_core.model.opinion_call import OpinionCall
from argo_core.ports.call_meter import CallMeter
from argo_core.sources.opinion_citations import sound_citations, supported_confidence
from argo_core.sources.opinion_schema import RATIONALE_LENGTH, ModelVote, read_vote
from argo_core.sources.opinion_text import plain, without_inline_citations

MODEL_LIMITS = HttpLimits(total_seconds=120.0, body_bytes=2_000_000)
"""For the HTTP of a language model: searching answers take up to 45 s in the field, and are of some kilobytes."""
N = TypeVar("N", int, float)
_DIRECTIONS = {"long": Direction.LONG, "short": Direction.SHORT, "flat": Direction.NEUTRAL}


@dataclass(frozen=True, slots=True)
class AskingPolicy:
    """`deadline_seconds` bounds a question with all its attempts. `unsourced_cap`: the highest confidence, 0–100, of
    an answer without one sound citation."""

    deadline_seconds: float = 120.0
    ttl_seconds: float = 90.0
    unsourced_cap: float = 30.0
    at_once: int = 2

    def __post_init__(self) -> None:
        if not (self.deadline_seconds > 0 and self.ttl_seconds > 0 and self.at_once > 0):
            raise ConfigError("a language model's deadline, time to live and questions at once must be positive")
        if not 0 <= self.unsourced_cap <= 100:
            raise ConfigError(f"unsourced_cap {self.unsourced_cap} is a confidence: give 0 to 100")


class OpinionAsking:
    """Asks over one path, so many questions at a time as the policy says. `fetch` sends one once, with search or
    without. `domains`: where citations may be from, any if empty."""

    def __init__(
        self,
        name: str,
        path: VendorPath,
        policy: AskingPolicy,
        fetch: Callable[[Question, bool], Awaitable[ModelReply]],
        ticks: Callable[[], float],
        domains: Collection[str] = (),
    ) -> None:
        self._name, self._path, self._policy, self._fetch, self._ticks = name, path, policy, fetch, ticks
        self._domains = domains
        self._turns = asyncio.Semaphore(policy.at_once)

    async def ask(self, question: Question, meter: CallMeter) -> OpinionAnswer:
        """The checked answer. Raises SourceError, REFUSED_ANSWER if what was said is off the schema; StoreError."""
        deadline_at = self._ticks() + self._policy.deadline_seconds
        await self._turn(deadline_at)
        try:
            return await self._asked(question, meter, deadline_at)
        finally:
            self._turns.release()

    async def _turn(self, deadline_at: float) -> None:
        try:
            async with asyncio.timeout(deadline_at - self._ticks()):
                await self._turns.acquire()
        except TimeoutError:
            why = f"{self._name}: {self._policy.at_once} questions are under way: ask fewer at once"
            raise SourceError("RATE_LIMITED", why) from None

    async def _asked(self, question: Question, meter: CallMeter, deadline_at: float) -> OpinionAnswer:
        usage = Usage()
        refusal, asked = "", "once"
        for search in (True, False):
            try:
                call = await meter.begin(question)
            except SourceError:
                if search:
                    raise
                break  # nothing is left of the day's budget for the second attempt
            asked = "once" if search else "twice"
            fetched = await self._attempt(question, meter, call, search, deadline_at)
            usage = together(usage, fetched.value.usage)
            try:
                vote = read_vote(without_inline_citations(fetched.value.text or ""))
            except DataError as error:
                refusal = str(error)
                self._path.unusable(f"{self._name} on {question.symbol}: {refusal}: no vote")
                continue
            return self._answer(question, vote, fetched, usage)
        raise SourceError("REFUSED_ANSWER", f"{self._name} on {question.symbol}, asked {asked}: {refusal}: no vote")

    async def _attempt(
        self, question: Question, meter: CallMeter, call: OpinionCall, search: bool, deadline_at: float
    ) -> Fetched[ModelReply]:
        """One request, on the bill already; off it again only if it certainly never left, or was turned away
        unread; what it cost replaces what it was taken to."""
        how = "search" if search else "plain"
        sent = False

        async def send() -> ModelReply:
            nonlocal sent
            sent = True
            return await self._fetch(question, search)

        try:
            fetched = await self._path.call(
                f"{question.source}:{question.symbol}:{question.prompt_hash}:{how}",
                ModelReply,
                send,
                ttl_seconds=self._policy.ttl_seconds,
                deadline_seconds=max(deadline_at - self._ticks(), 0.0),
                safe=False,
            )
        except SourceError as error:
            never_left = not sent or isinstance(error.__cause__, httpx.ConnectError)
            unread = error.reason == "RATE_LIMITED"
            if unread or (never_left and error.reason != "TIMEOUT"):  # after a time-out it may still be on its way
                await meter.withdraw(call)
            raise
        if not sent:  # the answer was kept, or somebody else was asking just this
            await meter.withdraw(call)
        elif fetched.value.usage.cost_usd is not None:
            await meter.settle(call, fetched.value.usage.cost_usd)
        return fetched

    def _answer(self, question: Question, vote: ModelVote, fetched: Fetched[ModelReply], usage: Usage) -> OpinionAnswer:
        reply = fetched.value
        citations = sound_citations(vote.citations, reply.reported, self._domains)
        confidence = round(abs(vote.confidence) * 100.0, 4)
        return OpinionAnswer(
            source=question.source,
            symbol=question.symbol,
            direction=int(_DIRECTIONS[vote.direction]),
            confidence=supported_confidence(confidence, citations, self._policy.unsourced_cap),
            rationale=plain(vote.rationale, RATIONALE_LENGTH),
            citations=citations,
            price=question.price,
            market_as_of=question.as_of,
            asked_at=question.asked_at,
            answered_at=datetime.fromtimestamp(fetched.stored_at, UTC),
            model=reply.model,
            prompt_hash=question.prompt_hash,
            usage=usage,
            raw=reply.raw,
        )


def together(one: Usage, other: Usage) -> Usage:
    """What two attempts cost; a figure that only one of them names is that one's."""
    return Usage(
        input_tokens=_sum(one.input_tokens, other.input_tokens),
        output_tokens=_sum(one.output_tokens, other.output_tokens),
        searches=_sum(one.searches, other.searches),
        cost_usd=_sum(one.cost_usd, other.cost_usd),
    )


def _sum(one: N | None, other: N | None) -> N | None:
    if one is None or other is None:
        return other if one is None else one
    return one + other
