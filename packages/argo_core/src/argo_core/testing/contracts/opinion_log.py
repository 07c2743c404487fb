"""What every OpinionLog promises."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from argo_core.model.opinion_answer import Citation, OpinionAnswer, Usage
from argo_core.ports.opinion_log import OpinionLog
from argo_core.testing.sample_cycles import MOMENT


def sample_answer(minutes: float = 0.0, **changes: Any) -> OpinionAnswer:
    """An answer of `sonar` on AAPL so many minutes after `MOMENT`, in both clocks."""
    at = MOMENT + timedelta(minutes=minutes)
    answer = OpinionAnswer(
        source="sonar",
        symbol="AAPL",
        direction=1,
        confidence=62.0,
        rationale="Raised guidance — 10 % above.",
        citations=(Citation(url="https://www.reuters.com/x", claim="raised FY guidance"),),
        price=271.3,
        market_as_of=at,
        asked_at=at,
        answered_at=at,
        model="perplexity/sonar",
        prompt_hash="0" * 64,
        usage=Usage(input_tokens=1890, output_tokens=164, searches=1, cost_usd=0.25),
        raw=b'{"id":"r\x00\xff"}',
    )
    return msgspec.structs.replace(answer, **changes)


class OpinionLogContract:
    """Subclass it, and give a fixture `opinions` that is empty."""

    async def test_without_an_answer_nothing_is_known(self, opinions: OpinionLog) -> None:
        assert await opinions.newest("sonar", MOMENT) == {}

    async def test_what_is_kept_is_read_back_byte_by_byte(self, opinions: OpinionLog) -> None:
        answer = sample_answer(confidence=0.1 + 0.2, usage=Usage(), citations=(), rationale="")
        await opinions.keep(answer)
        assert await opinions.newest("sonar", MOMENT) == {"AAPL": answer}

    async def test_an_answer_is_known_from_its_market_time_on(self, opinions: OpinionLog) -> None:
        await opinions.keep(sample_answer(1.0))
        assert await opinions.newest("sonar", MOMENT + timedelta(seconds=59.999999)) == {}
        assert (await opinions.newest("sonar", MOMENT + timedelta(minutes=1))).keys() == {"AAPL"}

    async def test_an_answer_is_not_known_before_the_model_had_given_it(self, opinions: OpinionLog) -> None:
        asked = MOMENT + timedelta(days=900)  # by the wall clock; the market was another one
        answered = asked + timedelta(seconds=110)
        await opinions.keep(sample_answer(asked_at=asked, answered_at=answered))
        assert await opinions.newest("sonar", MOMENT + timedelta(seconds=109.999999)) == {}
        assert (await opinions.newest("sonar", MOMENT + timedelta(seconds=110))).keys() == {"AAPL"}

    async def test_while_the_next_answer_is_awaited_the_last_one_is_known(self, opinions: OpinionLog) -> None:
        slow = sample_answer(2.0, direction=-1, answered_at=MOMENT + timedelta(minutes=4))
        await opinions.keep(sample_answer(0.0))
        await opinions.keep(slow)
        assert await opinions.newest("sonar", MOMENT + timedelta(minutes=3)) == {"AAPL": sample_answer(0.0)}
        assert await opinions.newest("sonar", MOMENT + timedelta(minutes=4)) == {"AAPL": slow}

    async def test_an_answer_from_before_the_question_is_known_at_once(self, opinions: OpinionLog) -> None:
        kept = sample_answer(answered_at=MOMENT - timedelta(seconds=30))
        await opinions.keep(kept)
        assert await opinions.newest("sonar", MOMENT) == {"AAPL": kept}

    async def test_the_newest_of_each_symbol_is_answered(self, opinions: OpinionLog) -> None:
        early, late = sample_answer(0.0), sample_answer(2.0, direction=-1)
        other, of_grok = sample_answer(1.0, symbol="BTC-USD"), sample_answer(3.0, source="x_sentiment")
        for answer in (early, late, other, of_grok):
            await opinions.keep(answer)
        known = await opinions.newest("sonar", MOMENT + timedelta(minutes=9))
        assert known == {"AAPL": late, "BTC-USD": other}
        assert await opinions.newest("sonar", MOMENT + timedelta(minutes=1)) == {"AAPL": early, "BTC-USD": other}

    async def test_market_time_decides_and_not_the_order_of_keeping(self, opinions: OpinionLog) -> None:
        late, early = sample_answer(2.0), sample_answer(1.0)
        await opinions.keep(late)
        await opinions.keep(early)
        assert await opinions.newest("sonar", MOMENT + timedelta(minutes=9)) == {"AAPL": late}

    async def test_of_answers_at_one_market_time_the_last_kept_counts(self, opinions: OpinionLog) -> None:
        await opinions.keep(sample_answer(direction=1))
        await opinions.keep(sample_answer(direction=-1))
        assert await opinions.newest("sonar", MOMENT) == {"AAPL": sample_answer(direction=-1)}
