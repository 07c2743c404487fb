"""What every OpinionVendor promises."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from argo_core.errors import SourceError
from argo_core.pipeline.opinion_budget import Unmetered
from argo_core.ports.opinion_vendor import OpinionVendor
from argo_core.sources.opinion_facts import SymbolFacts
from argo_core.sources.opinion_prompt import question_of

QUESTION = question_of(
    "sonar", SymbolFacts(symbol="AAPL", price=271.3, as_of=datetime(2026, 11, 20, 15, 0, tzinfo=UTC)), 60
)


class OpinionVendorContract:
    """Subclass it, and give fixtures `vendor`, which answers LONG at 62 % with a sound citation, `off_schema`, which
    never keeps to the schema, and `broken`, which fails."""

    async def test_the_answer_is_of_the_question(self, vendor: OpinionVendor) -> None:
        answer = await vendor.ask(QUESTION, Unmetered())
        assert (answer.source, answer.symbol, answer.price) == ("sonar", "AAPL", 271.3)
        assert (answer.market_as_of, answer.prompt_hash) == (QUESTION.as_of, QUESTION.prompt_hash)
        assert answer.answered_at.utcoffset() is not None

    async def test_direction_and_confidence_are_ours(self, vendor: OpinionVendor) -> None:
        answer = await vendor.ask(QUESTION, Unmetered())
        assert (answer.direction, answer.confidence) == (1, 62.0)
        assert len(answer.citations) == 1

    async def test_it_may_be_asked_again_and_at_the_same_time(self, vendor: OpinionVendor) -> None:
        answers = await asyncio.gather(*(vendor.ask(QUESTION, Unmetered()) for _ in range(3)))
        assert {answer.direction for answer in answers} == {1}

    async def test_off_the_schema_is_no_answer(self, off_schema: OpinionVendor) -> None:
        with pytest.raises(SourceError) as caught:
            await off_schema.ask(QUESTION, Unmetered())
        assert caught.value.reason == "REFUSED_ANSWER"

    async def test_a_failure_is_a_source_error(self, broken: OpinionVendor) -> None:
        with pytest.raises(SourceError) as caught:
            await broken.ask(QUESTION, Unmetered())
        assert caught.value.reason == "VENDOR_ERROR"
