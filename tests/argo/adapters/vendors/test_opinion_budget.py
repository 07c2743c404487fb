"""A language model costs no more in a day than it may, whatever its vendor says of the cost, or does not say."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from argo_core.adapters.sql import Database, SqlOpinionBill
from argo_core.adapters.sql.database import create_engine, parse_url
from argo_core.adapters.sql.schema import create_schema
from argo_core.adapters.vendors.opinion_asking import AskingPolicy
from argo_core.errors import SourceError
from argo_core.sources.opinion_facts import MarketFacts, SymbolFacts
from argo_core.sources.opinion_schedule import SchedulePolicy
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_opinions import MemoryBill, MemoryOpinions, ScriptedOpinions
from tests.argo.adapters.vendor_path.raw_peer import answer, reset, silence
from tests.argo.adapters.vendors.opinion_peers import AT, Talk, ok, talking
from tests.argo.peers.opinion import said, vote_text
from tests.argo.pipeline.opinion_market import refresher_of
from tests.ports import free_port

VENDORS = ("xai", "perplexity")
SYMBOLS = ("AAPL", "NVDA", "MSFT", "TSLA")


def policy(**limits: float) -> SchedulePolicy:
    terms = {"daily_calls": 1000, "daily_usd": 10.0, **limits}
    return SchedulePolicy(source="sonar", cadence_seconds=1.0, burst_calls=1000, **terms)  # type: ignore[arg-type]


def market(minutes: int, symbols: Sequence[str] = SYMBOLS) -> MarketFacts:
    at = AT + timedelta(minutes=minutes)
    return MarketFacts(
        as_of=at,
        market_open=True,
        symbols=tuple(SymbolFacts(symbol=symbol, price=1.0, as_of=at) for symbol in symbols),
    )


async def ask_all_day(talk: Talk, bill: MemoryBill, terms: SchedulePolicy) -> None:
    refresher = refresher_of(talk.vendor, MemoryOpinions(), FixedClock(AT), bill=bill, policy=terms)
    for minutes in range(12):
        await refresher.step(market(minutes))


@pytest.mark.parametrize("vendor", VENDORS)
async def test_answers_that_name_no_cost_are_taken_to_cost_their_price(vendor: str) -> None:
    body = said(vendor, vote_text())
    body["usage"] = {"input_tokens": 10, "output_tokens": 10}
    async with talking(vendor, ok(body)) as talk:
        await ask_all_day(talk, bill := MemoryBill(), policy(daily_usd=0.1))
        assert len(talk.peer.requests) == 5
    assert await bill.spent("sonar", AT) == pytest.approx((5, 0.1))


@pytest.mark.parametrize("vendor", VENDORS)
async def test_a_pair_off_the_schema_costs_what_the_vendor_said_of_both(vendor: str) -> None:
    async with talking(vendor, ok(said(vendor, "no JSON", cost_usd=0.5))) as talk:
        refresher = refresher_of(talk.vendor, MemoryOpinions(), FixedClock(AT), bill=(bill := MemoryBill()))
        report = await refresher.step(market(0, ["AAPL"]))
        assert len(talk.peer.requests) == 2
    assert report.failures["AAPL"].startswith(f"{vendor} on AAPL, asked twice")
    assert await bill.spent("sonar", AT) == pytest.approx((2, 1.0))


@pytest.mark.parametrize("vendor", VENDORS)
async def test_one_call_a_day_is_one_request_also_where_two_would_be_made(vendor: str) -> None:
    async with talking(vendor, ok(said(vendor, "no JSON"))) as talk:
        refresher = refresher_of(
            talk.vendor, MemoryOpinions(), FixedClock(AT), bill=(bill := MemoryBill()), policy=policy(daily_calls=1)
        )
        report = await refresher.step(market(0))
        assert len(talk.peer.requests) == 1
    assert [words.startswith(f"{vendor} on AAPL, asked once") for words in report.failures.values()] == [True]
    assert (await bill.spent("sonar", AT))[0] == 1


@pytest.mark.parametrize("vendor", VENDORS)
async def test_questions_at_the_same_time_stay_within_the_day_together(vendor: str) -> None:
    async with talking(vendor, ok(said(vendor, "no JSON"))) as talk:
        await ask_all_day(talk, bill := MemoryBill(), policy(daily_calls=3))
        assert len(talk.peer.requests) == 3
    assert (await bill.spent("sonar", AT))[0] == 3


@pytest.mark.parametrize("vendor", VENDORS)
async def test_a_dear_answer_is_the_last(vendor: str) -> None:
    async with talking(vendor, ok(said(vendor, vote_text(), cost_usd=7.0))) as talk:
        await ask_all_day(talk, bill := MemoryBill(), policy(daily_usd=6.0))
        assert len(talk.peer.requests) == 2  # the two that were under way together
    assert (await bill.spent("sonar", AT))[1] == pytest.approx(14.0)


@pytest.mark.parametrize("vendor", VENDORS)
async def test_a_kept_answer_costs_nothing(vendor: str) -> None:
    async with talking(vendor, ok(said(vendor, vote_text(), cost_usd=0.5))) as talk:
        for _ in range(3):
            refresher = refresher_of(talk.vendor, MemoryOpinions(), FixedClock(AT), bill=(bill := MemoryBill()))
            await refresher.step(market(0, ["AAPL"]))
        assert len(talk.peer.requests) == 1
    assert await bill.spent("sonar", AT) == (0, 0.0)


@pytest.mark.parametrize("vendor", VENDORS)
async def test_a_refusal_for_asking_too_often_is_no_call_of_the_day(vendor: str) -> None:
    async with talking(vendor, answer("429 Too Many Requests", b"{}")) as talk:
        refresher = refresher_of(talk.vendor, MemoryOpinions(), FixedClock(AT), bill=(bill := MemoryBill()))
        await refresher.step(market(0, ["AAPL"]))
        assert len(talk.peer.requests) == 1
    assert await bill.spent("sonar", AT) == (0, 0.0)


@pytest.mark.parametrize("vendor", VENDORS)
async def test_a_vendor_that_cannot_be_reached_costs_nothing_and_one_that_breaks_off_may(vendor: str) -> None:
    async with talking(vendor, reset) as talk:
        refresher = refresher_of(talk.vendor, MemoryOpinions(), FixedClock(AT), bill=(bill := MemoryBill()))
        await refresher.step(market(0, ["AAPL"]))
        assert (await bill.spent("sonar", AT))[0] == 1
    async with talking(vendor, silence, url=f"http://127.0.0.1:{free_port()}") as talk:
        refresher = refresher_of(talk.vendor, MemoryOpinions(), FixedClock(AT), bill=(bill := MemoryBill()))
        report = await refresher.step(market(0, ["AAPL"]))
    assert "cannot be reached" in report.failures["AAPL"]
    assert (await bill.spent("sonar", AT))[0] == 0


@pytest.mark.parametrize("vendor", VENDORS)
async def test_a_question_without_a_turn_is_not_paid_for(vendor: str) -> None:
    ticks = iter([0.0, 0.0, 0.0, 0.0])
    asking = AskingPolicy(deadline_seconds=60.0, at_once=1)
    bill = MemoryBill()
    async with (
        talking(vendor, silence, asking=asking, ticks=lambda: next(ticks, 59.99)) as talk,
        asyncio.timeout(20),
    ):
        refresher = refresher_of(talk.vendor, MemoryOpinions(), FixedClock(AT), bill=bill)
        step = asyncio.create_task(refresher.step(market(0)))
        while not talk.peer.requests:
            await asyncio.sleep(0.001)
        assert (await bill.spent("sonar", AT))[0] == 1
        step.cancel()
        with pytest.raises(asyncio.CancelledError):
            await step
    assert (await bill.spent("sonar", AT))[0] == 1


async def test_a_vendor_that_bills_and_stays_silent_is_asked_no_more_often_for_starting_again(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'opinions.db'}"
    engine = create_engine(parse_url(url), pool_size=1)
    async with engine.execution_options(argo_writing=True).begin() as connection:
        await connection.run_sync(create_schema)
    await engine.dispose()
    vendor = ScriptedOpinions(lambda _: SourceError("TIMEOUT", "billed, and no answer"))
    for _ in range(5):
        database = await Database.open(url)
        try:
            bill = SqlOpinionBill(database)
            refresher = refresher_of(vendor, MemoryOpinions(), FixedClock(AT), bill=bill, policy=policy(daily_calls=4))
            for minutes in range(10):
                await refresher.step(market(minutes))
        finally:
            await database.close()
    assert len(vendor.asked) == 4


@pytest.mark.parametrize("vendor", VENDORS)
async def test_nothing_is_sent_that_cannot_be_written_down_first(vendor: str) -> None:
    async with talking(vendor, ok(said(vendor, vote_text()))) as talk:
        bill = DownAtTheBeginning()
        refresher = refresher_of(talk.vendor, MemoryOpinions(), FixedClock(AT), bill=bill)
        report = await refresher.step(market(0, ["AAPL"]))
        assert talk.peer.requests == []
    assert list(report.failures) == ["AAPL"]


class DownAtTheBeginning(MemoryBill):
    """Reads well, and cannot write."""

    async def begin(self, call: object) -> None:
        self.down = True
        self._require_up()
