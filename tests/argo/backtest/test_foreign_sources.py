"""Sources that are not ours in a backtest: strangers, seats, functions that look ahead, models and their cap."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from argo_core.backtest import Backtest
from argo_core.backtest.strategy_result import StrategyResult
from argo_core.consensus import ConsensusPolicy
from argo_core.errors import DataError, SourceError
from argo_core.model.bars import Bars
from argo_core.model.market_view import MarketView
from argo_core.model.opinion_answer import OpinionAnswer, Usage
from argo_core.model.source import Group, SourceSpec, Wave
from argo_core.model.vote import Absence, VoteColumn, absent_column
from argo_core.pipeline import CyclePolicy
from argo_core.ports.source import Source
from argo_core.sources import SeatedSource, source
from argo_core.sources.declared import DeclaredSource
from argo_core.sources.recorded_opinion import RecordedOpinionSource
from argo_core.testing.memory_opinions import MemoryOpinions
from tests.argo.backtest.markets import walk

FIRST, DAY, DAYS = datetime(2024, 1, 2, 21, tzinfo=UTC), timedelta(days=1), 40
BARS = walk("AAPL", DAYS, np.random.default_rng(5))
EVEN = ConsensusPolicy(threshold=55.0, regime_factors=dict.fromkeys(("BULL", "BEAR", "CHOP", "CRISIS"), 1.0))
EVERY = CyclePolicy(price_change_threshold=0.0)
STALE = 10_000_000.0
MODEL = SourceSpec(
    name="model", group=Group.AI, weight=0.2, wave=Wave.LATER, ttl_equity_seconds=STALE, ttl_crypto_seconds=STALE
)
Votes = tuple[NDArray[np.float64], NDArray[np.float64]]


def always(name: str, direction: float, weight: float = 0.5) -> DeclaredSource:
    """The same at every bar, with 90 %."""

    @source(name, group=Group.TECHNICAL, weight=weight)
    def function(bars: Bars) -> Votes:
        return np.full(len(bars), direction), np.full(len(bars), 90.0)

    return function


def answer(day: int, direction: int, confidence: float, took: timedelta = timedelta(0)) -> OpinionAnswer:
    """Asked at the close of that day, known so much later."""
    asked = FIRST + day * DAY
    return OpinionAnswer(
        source="model", symbol="AAPL", direction=direction, confidence=confidence, rationale="recorded", citations=(),
        price=100.0, market_as_of=asked, asked_at=asked, answered_at=asked + took, model="m", prompt_hash="0" * 64,
        usage=Usage(), raw=b"{}",
    )  # fmt: skip


def with_model(
    *answers: OpinionAnswer, veto_only: bool = False, leader: float = 1.0, weight: float = 0.2
) -> StrategyResult:
    """A source that leads with 90 %, and a model that weighs `weight`; together they weigh 1."""
    log = MemoryOpinions()
    for each in answers:
        asyncio.run(log.keep(each))
    spec = msgspec.structs.replace(MODEL, veto_only=veto_only, weight=weight)
    sources: list[Source] = [always("leader", leader, 1.0 - weight), RecordedOpinionSource(spec, log)]
    return Backtest.of([BARS], sources, consensus=EVEN, cycle=EVERY).signals()


def raw_on(found: StrategyResult, day: int) -> float:
    """The raw confidence of the decision of that day, percent."""
    return float(found.decisions.raw[found.decisions.moment == day][0])


def test_a_recorded_answer_votes_from_when_it_was_known_and_not_before() -> None:
    found = with_model(answer(10, 1, 100.0, took=timedelta(hours=25)))
    absence = found.decisions.vote_absence[found.sources.index("model")]
    assert set(absence[:12].tolist()) == {Absence.NO_RECORDING}
    assert set(absence[12:].tolist()) == {Absence.NONE}
    assert (raw_on(found, 11), raw_on(found, 12)) == pytest.approx((90.0, 92.0))


@pytest.mark.parametrize(
    ("direction", "confidence", "veto_only", "raw"),
    [
        (1, 100.0, False, 92.0),  # 0.8 of 90 and 0.2 of 100
        (1, 100.0, True, 90.0),  # it would lift: left out
        (1, 50.0, False, 82.0),
        (1, 50.0, True, 82.0),  # it weakens, which it may
        (0, 80.0, True, 72.0),
        (-1, 100.0, False, 72.0),
        (-1, 100.0, True, 72.0),  # against: weighs, and takes no side
    ],
)
def test_with_the_cap_a_model_holds_back_and_never_lifts(
    direction: int, confidence: float, veto_only: bool, raw: float
) -> None:
    found = with_model(answer(10, direction, confidence), veto_only=veto_only)
    assert raw_on(found, 9) == pytest.approx(90.0)
    assert raw_on(found, 10) == pytest.approx(raw)
    vote = found.decisions.vote_direction[found.sources.index("model")][10]
    assert int(vote) == (direction if not veto_only or raw == 82.0 else 0)


def test_with_the_cap_a_model_alone_makes_no_signal() -> None:
    told = answer(0, -1, 100.0)
    free, capped = (with_model(told, veto_only=cap, leader=0.0, weight=0.7) for cap in (False, True))
    assert {one.signal.action for one in free.signals} == {"SELL"}
    assert capped.signals == ()
    assert set(capped.decisions.leaning.tolist()) == {0}


def test_two_packages_functions_of_one_name_vote_each_for_itself() -> None:
    up, down = always("mine", 1.0), always("mine", -1.0)
    seats = [
        SeatedSource(SourceSpec(name=name, group=group, weight=0.5), each)
        for name, group, each in (("first", Group.TECHNICAL, up), ("second", Group.AI, down))
    ]
    found = Backtest.of([BARS], seats, consensus=EVEN, cycle=EVERY).signals()
    votes = {name: set(found.decisions.vote_direction[row].tolist()) for row, name in enumerate(found.sources)}
    assert votes == {"first": {1}, "second": {-1}}


@dataclass(frozen=True)
class Faulty:
    """A stranger that breaks its promise from the thirtieth day on."""

    spec: SourceSpec = SourceSpec(name="faulty", group=Group.TECHNICAL, weight=1.0)
    short: bool = False

    async def vote(self, view: MarketView, asked: NDArray[np.bool_]) -> VoteColumn:
        if len(view.bars[0]) < 30:
            return absent_column("faulty", len(view), Absence.WARMING_UP, expected=True)
        if self.short:
            return absent_column("faulty", 0, Absence.NO_DATA, expected=True)
        raise ZeroDivisionError("by nought")


@pytest.mark.parametrize(("short", "words"), [(False, "mine raised ZeroDivisionError"), (True, "answer one vote per")])
def test_a_stranger_that_fails_in_its_seat_is_named_in_one_line_as_live(short: bool, words: str) -> None:
    seat = SeatedSource(SourceSpec(name="mine", group=Group.TECHNICAL, weight=1.0), Faulty(short=short))
    with pytest.raises(SourceError, match=words):
        Backtest.of([BARS], [seat], consensus=EVEN).signals()


def centred(bars: Bars) -> Votes:
    mean = np.convolve(bars.close, np.full(5, 0.2), mode="same")
    return np.sign(mean - bars.close), np.full(len(bars), 90.0)


def normalised(bars: Bars) -> Votes:
    score = (bars.close - bars.close.mean()) / bars.close.std()
    return np.sign(score), np.minimum(50.0 + 10.0 * np.abs(score), 100.0)


def shifted(bars: Bars) -> Votes:
    return np.sign(np.append(np.diff(bars.close), 0.0)), np.full(len(bars), 90.0)


def drifting(bars: Bars) -> Votes:
    """Looks back alone; sums over other lengths may round differently."""
    mean = np.cumsum(bars.close) / np.arange(1, len(bars) + 1)
    return np.sign(bars.close - mean), np.full(len(bars), 90.0)


@pytest.mark.parametrize("function", [centred, normalised, shifted])
def test_a_function_that_looks_ahead_is_refused_before_anything_is_made_of_it(function: object) -> None:
    leak = source("leak", group=Group.TECHNICAL, weight=1.0)(function)  # type: ignore[arg-type]
    with pytest.raises(DataError, match=r"leak says something else about AAPL at 2024-.*: it looks ahead") as refused:
        Backtest.of([BARS], [leak]).signals()
    assert refused.value.code == "look_ahead"


def test_a_function_that_looks_back_is_not_refused() -> None:
    honest = source("honest", group=Group.TECHNICAL, weight=1.0)(drifting)
    assert len(Backtest.of([BARS], [honest]).signals().decisions) > 0
