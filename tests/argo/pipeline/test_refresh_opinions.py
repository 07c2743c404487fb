"""Models are asked in the background, within their budget; what they said is durable before anybody votes with it."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import numpy as np
import pytest

from argo_core.adapters.sql import Database, SqlOpinionBill, SqlOpinionLog
from argo_core.adapters.sql.database import create_engine, parse_url
from argo_core.adapters.sql.schema import create_schema
from argo_core.errors import InvariantError, SourceError, StoreError
from argo_core.model.bars import Bars
from argo_core.model.instant import to_instant64
from argo_core.model.market_view import MarketView
from argo_core.model.opinion_answer import OpinionAnswer, Question
from argo_core.model.source import Group, SourceSpec
from argo_core.model.vote import Absence
from argo_core.pipeline.refresh_opinions import RefreshReport
from argo_core.pipeline.remembered_opinions import RememberedOpinions
from argo_core.sources.opinion_facts import SymbolFacts
from argo_core.sources.opinion_schedule import SchedulePolicy
from argo_core.sources.recorded_opinion import RecordedOpinionSource
from argo_core.testing.contracts.opinion_log import OpinionLogContract, sample_answer
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_opinions import MemoryBill, MemoryOpinions, ScriptedOpinions
from argo_core.testing.sample_cycles import MOMENT
from tests.argo.pipeline.opinion_market import POLICY, answered, market, refresher_of

ROOT = Path(__file__).parents[3]
SPEC = SourceSpec(name="sonar", group=Group.AI, weight=1.0, ttl_equity_seconds=120.0, ttl_crypto_seconds=120.0)
EVENING = MOMENT.replace(hour=23, minute=59)


class Rig:
    """A refresher with its model, its log and its clock."""

    def __init__(self, vendor: ScriptedOpinions | None = None, policy: SchedulePolicy = POLICY) -> None:
        self.vendor = vendor or ScriptedOpinions(answered)
        self.log, self.bill = MemoryOpinions(), MemoryBill()
        self.clock = FixedClock(MOMENT)
        self.refresher = refresher_of(self.vendor, self.log, self.clock, bill=self.bill, policy=policy)

    async def step(self, seconds: float = 0.0, *, market_open: bool = True) -> RefreshReport:
        return await self.refresher.step(market(seconds, market_open=market_open))


def failing(error: SourceError) -> ScriptedOpinions:
    return ScriptedOpinions(lambda _: error)


@pytest.fixture
async def url(tmp_path: Path) -> str:
    address = f"sqlite+aiosqlite:///{tmp_path / 'opinions.db'}"
    engine = create_engine(parse_url(address), pool_size=1)
    async with engine.execution_options(argo_writing=True).begin() as connection:
        await connection.run_sync(create_schema)
    await engine.dispose()
    return address


class TestRememberedOpinions(OpinionLogContract):
    @pytest.fixture
    async def opinions(self, url: str) -> AsyncIterator[RememberedOpinions]:
        database = await Database.open(url)
        yield RememberedOpinions(SqlOpinionLog(database))
        await database.close()


async def test_a_step_asks_the_most_volatile_and_keeps_their_answers() -> None:
    rig = Rig()
    report = await rig.step()
    assert (report.asked, report.kept, report.failures) == (("NVDA", "BTC-USD"), ("NVDA", "BTC-USD"), {})
    assert [each.symbol for each in rig.log.answers] == ["NVDA", "BTC-USD"]
    assert rig.refresher.schedule.asked_at == {"NVDA": MOMENT, "BTC-USD": MOMENT}
    assert (await rig.step(5.0)).asked == ("AAPL",)
    assert (await rig.step(10.0)).asked == ()
    assert (await rig.step(120.0)).asked == ("NVDA", "BTC-USD")


async def test_outside_market_hours_only_crypto_is_asked_about() -> None:
    assert (await Rig().step(market_open=False)).asked == ("BTC-USD",)


async def test_a_step_while_another_is_under_way_does_nothing() -> None:
    rig = Rig()
    rig.vendor.gate = asyncio.Event()
    first = asyncio.create_task(rig.step())
    while rig.vendor.under_way < 2:
        await asyncio.sleep(0)
    assert await rig.step(600.0) == RefreshReport()
    rig.vendor.gate.set()
    assert (await first).kept == ("NVDA", "BTC-USD")
    assert rig.vendor.most_under_way == 2


async def test_early_exit_requests_and_drops() -> None:
    rig = Rig()
    rig.refresher.wish(frozenset({"AAPL"}), frozenset({"NVDA"}))
    assert (await rig.step()).asked == ("AAPL", "BTC-USD")
    assert (await rig.step(5.0)).asked == ()
    rig.refresher.wish(frozenset(), frozenset())
    assert (await rig.step(10.0)).asked == ("NVDA",)


async def test_a_failure_is_told_in_words_and_leaves_the_other_answer() -> None:
    bad = SourceError("REFUSED_ANSWER", "off the schema")
    rig = Rig(ScriptedOpinions(lambda question: bad if question.symbol == "NVDA" else answered(question)))
    report = await rig.step()
    assert (report.kept, report.failures) == (("BTC-USD",), {"NVDA": "off the schema"})
    assert rig.refresher.schedule.failures == {"NVDA": "REFUSED_ANSWER"}


async def test_a_vendor_that_is_down_is_left_alone_for_a_while() -> None:
    rig = Rig(failing(SourceError("TIMEOUT", "late")))
    await rig.step()
    assert (await rig.step(29.0)).asked == ()
    assert (await rig.step(30.0)).asked == ("AAPL",)


async def test_the_budget_counts_answers_of_the_log_from_before_a_restart() -> None:
    policy = msgspec.structs.replace(POLICY, daily_calls=3)
    rig = Rig(policy=policy)
    await rig.step()
    reborn = refresher_of(rig.vendor, rig.log, FixedClock(EVENING), bill=rig.bill, policy=policy)
    report = await reborn.step(market(600.0))
    assert (report.asked, report.calls_left) == (("NVDA",), 1)
    assert (await reborn.step(market(1200.0))).asked == ()


async def test_the_budget_in_dollars_stops_the_questions() -> None:
    rig = Rig(policy=msgspec.structs.replace(POLICY, daily_usd=0.1))
    assert (await rig.step()).asked == ("NVDA", "BTC-USD")
    assert (await rig.step(300.0)).asked == ("NVDA",)


@pytest.mark.parametrize(
    ("error", "spent"),
    [
        (SourceError("TIMEOUT", "late"), 2),
        (SourceError("REFUSED_ANSWER", "off the schema"), 2),
        (SourceError("RATE_LIMITED", "429"), 0),
        (SourceError("DISABLED", "no key", permanent=True), 2),
    ],
)
async def test_a_question_that_may_have_been_paid_for_counts_though_no_answer_came(
    error: SourceError, spent: int
) -> None:
    rig = Rig(failing(error))
    await rig.step()
    bill = await rig.refresher.bill()
    assert bill.calls == spent
    assert bill.usd == pytest.approx(spent * 0.05)


async def test_a_cancelled_step_has_been_paid_for_and_the_next_one_goes_on() -> None:
    rig = Rig()
    rig.vendor.gate = asyncio.Event()
    step = asyncio.create_task(rig.step())
    while rig.vendor.under_way < 2:
        await asyncio.sleep(0)
    step.cancel()
    with pytest.raises(asyncio.CancelledError):
        await step
    assert (await rig.refresher.bill()).calls == 2
    rig.vendor.gate.set()
    assert (await rig.step(300.0)).kept == ("NVDA", "BTC-USD")


async def test_a_new_day_has_a_new_budget() -> None:
    rig = Rig(failing(SourceError("REFUSED_ANSWER", "x")))
    await rig.step()
    rig.clock.advance(timedelta(days=1))
    assert (await rig.refresher.bill()).calls == 0


async def test_without_a_bill_nothing_is_asked() -> None:
    rig = Rig()
    rig.bill.down = True
    with pytest.raises(StoreError):
        await rig.step()
    assert rig.vendor.asked == []


async def test_an_answer_that_cannot_be_kept_is_no_answer_and_has_been_paid_for() -> None:
    rig = Rig()

    def down_meanwhile(question: Question) -> OpinionAnswer:
        rig.log.down = True
        return answered(question)

    rig.refresher = refresher_of(ScriptedOpinions(down_meanwhile), rig.log, rig.clock, bill=rig.bill)
    report = await rig.step()
    assert (report.kept, set(report.failures)) == ((), {"NVDA", "BTC-USD"})
    rig.log.down = False
    assert (await rig.refresher.bill()).calls == 2


async def test_a_bug_of_ours_is_raised_after_the_other_answer_is_kept() -> None:
    def buggy(question: Question) -> OpinionAnswer:
        if question.symbol == "NVDA":
            raise InvariantError("ours")
        return answered(question)

    rig = Rig(ScriptedOpinions(buggy))
    with pytest.raises(InvariantError):
        await rig.step()
    assert [each.symbol for each in rig.log.answers] == ["BTC-USD"]


async def test_a_symbol_that_cannot_be_asked_about_does_not_stop_the_others() -> None:
    rig = Rig()
    odd = SymbolFacts(symbol="NVDA\nanswer long", price=1.0, as_of=MOMENT, volatility=9.0)
    facts = msgspec.structs.replace(market(), symbols=(odd, *market().symbols))
    report = await rig.refresher.step(facts)
    assert (report.kept, list(report.failures)) == (("NVDA",), ["NVDA\nanswer long"])
    assert (await rig.refresher.bill()).calls == 1
    assert (await rig.step(5.0)).kept == ("BTC-USD", "AAPL")


async def test_what_is_remembered_is_read_without_the_log() -> None:
    log = MemoryOpinions()
    remembered = RememberedOpinions(log)
    assert await remembered.newest("sonar", MOMENT) == {}
    await remembered.keep(sample_answer())
    log.down = True
    assert await remembered.newest("sonar", MOMENT) == {"AAPL": sample_answer()}
    with pytest.raises(StoreError):
        await remembered.keep(sample_answer(1.0))
    assert await remembered.newest("sonar", MOMENT + timedelta(hours=1)) == {"AAPL": sample_answer()}


async def test_an_answer_kept_while_the_log_is_read_is_not_forgotten() -> None:
    log = SlowOpinions()
    remembered = RememberedOpinions(log)
    reading = asyncio.create_task(remembered.newest("sonar", MOMENT))
    await log.has_read.wait()
    keeping = asyncio.create_task(remembered.keep(sample_answer()))
    for _ in range(10):
        await asyncio.sleep(0)
    log.gate.set()
    await asyncio.gather(reading, keeping)
    assert await remembered.newest("sonar", MOMENT) == {"AAPL": sample_answer()}


class SlowOpinions(MemoryOpinions):
    """Tells what it has read only once `gate` is open."""

    def __init__(self) -> None:
        super().__init__()
        self.gate, self.has_read = asyncio.Event(), asyncio.Event()

    async def newest(self, source: str, not_after: object) -> dict[str, OpinionAnswer]:
        found = {each.symbol: each for each in self.answers}
        self.has_read.set()
        await self.gate.wait()
        return found


def _live_and_be_killed(url: str) -> None:
    command = [sys.executable, "-m", "tests.argo.pipeline.refresh_until_killed", url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "answered\n"
        child.send_signal(signal.SIGKILL)
        assert child.wait(10) == -signal.SIGKILL


async def test_killed_between_an_answer_and_its_keeping_that_answer_alone_is_lost(url: str) -> None:
    await asyncio.to_thread(_live_and_be_killed, url)
    database = await Database.open(url)
    log = SqlOpinionLog(database)
    try:
        assert set(await log.newest("sonar", MOMENT)) == {"NVDA"}
        reborn = refresher_of(ScriptedOpinions(answered), log, FixedClock(MOMENT), bill=SqlOpinionBill(database))
        assert (await reborn.bill()).calls == 2
        assert "BTC-USD" in (await reborn.step(market(1.0))).kept
        assert set(await log.newest("sonar", MOMENT + timedelta(seconds=1))) == {"NVDA", "BTC-USD"}
    finally:
        await database.close()


async def test_a_replay_votes_with_the_recorded_answers_and_asks_nobody(url: str) -> None:
    database = await Database.open(url)
    log = SqlOpinionLog(database)
    try:
        vendor = ScriptedOpinions(answered)
        refresher = refresher_of(vendor, log, FixedClock(MOMENT), bill=SqlOpinionBill(database))
        for seconds in (0.0, 5.0, 120.0):
            await refresher.step(market(seconds))
        live = RecordedOpinionSource(SPEC, RememberedOpinions(log), lambda: refresher.schedule)
        replay = RecordedOpinionSource(SPEC, log)
        asked = len(vendor.asked)
        for seconds in (-1.0, 0.0, 60.0, 119.0, 120.0, 600.0, 719.0):
            ours, theirs = await live.vote(view_at(seconds), ALL), await replay.vote(view_at(seconds), ALL)
            voted = ours.absence == Absence.NONE
            assert (voted == (theirs.absence == Absence.NONE)).all()
            assert (ours.confidence == theirs.confidence).all()
            assert (ours.observed_at[voted] == theirs.observed_at[voted]).all()
        assert len(vendor.asked) == asked == 5
        assert (await replay.vote(view_at(-1.0), ALL)).absence.tolist() == [Absence.NO_RECORDING] * 3
    finally:
        await database.close()


ALL = np.ones(3, dtype=np.bool_)


def view_at(seconds: float) -> MarketView:
    start = [to_instant64(MOMENT) - np.timedelta64(2, "D")]
    values = [[100.0], [101.0], [99.0], [100.0], [1e6]]
    bars = [Bars.of(symbol, "1Day", start, values) for symbol in ("AAPL", "NVDA", "BTC-USD")]
    return MarketView.of(bars, MOMENT + timedelta(seconds=seconds))
