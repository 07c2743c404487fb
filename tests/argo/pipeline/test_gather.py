"""A source that fails, hangs or lies becomes an absence with a reason; calls that cannot matter are not made."""

from __future__ import annotations

import numpy as np
import pytest

from argo_core.consensus import ConsensusPolicy, Weights
from argo_core.errors import ConfigError
from argo_core.model.instant import to_instant64
from argo_core.model.market_view import MarketView
from argo_core.model.regime import Regime
from argo_core.model.source import Group, SourceSpec, Wave
from argo_core.model.vote import Absence
from argo_core.pipeline.gather import Gathered, Gatherer
from argo_core.testing.scripted_source import ScriptedSource
from tests.argo.consensus.cases import NOW

PRICE = SourceSpec(name="price", group=Group.MARKET_DATA, weight=0.4)
CHART = SourceSpec(name="chart", group=Group.TECHNICAL, weight=0.25)
MOOD = SourceSpec(name="mood", group=Group.SENTIMENT, weight=0.2, wave=Wave.LATER, cost=10)
MODEL = SourceSpec(name="model", group=Group.AI, weight=0.15, wave=Wave.LATER, cost=1)
VIEW = MarketView(NOW, ("AAPL", "MSFT"), (), np.array([100.0, 50.0]), np.full(2, to_instant64(NOW)))
BULL = np.full(2, Regime.BULL, dtype=np.int8)
BOTH_LONG = {"AAPL": (1, 90.0), "MSFT": (1, 90.0)}


async def gather(*sources: ScriptedSource, deadline: float = 5.0, threshold: float = 75.0) -> Gathered:
    weights = Weights.of([PRICE, CHART, MOOD, MODEL])
    gatherer = Gatherer(sources, weights, ConsensusPolicy(threshold=threshold), deadline, lambda: 0.0)
    return await gatherer.gather(VIEW, np.ones(2, dtype=np.bool_), BULL)


def absences(gathered: Gathered, name: str) -> list[Absence]:
    return [Absence(code) for code in gathered.table.absence[gathered.table.weights.index(name)]]


@pytest.mark.parametrize(
    ("reason", "absence"), [("BREAKER_OPEN", Absence.BREAKER_OPEN), ("strange", Absence.VENDOR_ERROR)]
)
async def test_a_failing_source_is_absent_for_its_reason(reason: str, absence: Absence) -> None:
    gathered = await gather(ScriptedSource(PRICE, BOTH_LONG), ScriptedSource(CHART, failure=reason))
    assert absences(gathered, "chart") == [absence, absence]
    assert absences(gathered, "price") == [Absence.NONE, Absence.NONE]


async def test_a_hanging_source_is_cut_off_at_the_deadline() -> None:
    gathered = await gather(ScriptedSource(PRICE, BOTH_LONG), ScriptedSource(CHART, hang=True), deadline=0.01)
    assert absences(gathered, "chart") == [Absence.TIMEOUT, Absence.TIMEOUT]


@pytest.mark.parametrize("lie", [(1, 101.0), (1, -1.0), (1, float("nan")), (1, float("inf")), (2, 50.0)])
async def test_a_source_that_answers_out_of_range_is_refused_whole(lie: tuple[int, float]) -> None:
    gathered = await gather(ScriptedSource(PRICE, BOTH_LONG), ScriptedSource(CHART, {"AAPL": lie}))
    assert absences(gathered, "chart") == [Absence.REFUSED_ANSWER, Absence.REFUSED_ANSWER]


async def test_later_sources_are_asked_by_weight_per_cost() -> None:
    order: list[str] = []
    mood, model = ScriptedSource(MOOD, BOTH_LONG), ScriptedSource(MODEL, BOTH_LONG)
    gathered = await gather(ScriptedSource(PRICE, BOTH_LONG), ScriptedSource(CHART, BOTH_LONG), mood, model)
    order = [call.source for call in gathered.calls]
    assert order == ["price", "chart", "model", "mood"]


async def test_a_call_that_cannot_lift_the_confidence_is_saved_and_recorded() -> None:
    answers = {"AAPL": (1, 90.0), "MSFT": (0, 50.0)}
    mood = ScriptedSource(MOOD, BOTH_LONG)
    gathered = await gather(ScriptedSource(PRICE, answers), ScriptedSource(CHART, answers), mood, ScriptedSource(MODEL))
    assert mood.asked == [("AAPL",)]
    assert absences(gathered, "mood") == [Absence.NONE, Absence.CALL_SAVED]
    assert gathered.saved[gathered.table.weights.index("mood")].tolist() == [False, True]
    assert {call.source: call.saved for call in gathered.calls} == {"price": 0, "chart": 0, "model": 1, "mood": 1}


async def test_a_source_that_nobody_asks_is_not_called() -> None:
    neutral = {"AAPL": (0, 50.0), "MSFT": (0, 50.0)}
    mood = ScriptedSource(MOOD, BOTH_LONG)
    await gather(ScriptedSource(PRICE, neutral), ScriptedSource(CHART, neutral), mood, ScriptedSource(MODEL))
    assert mood.asked == []


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ((1, 99.0), (0, Absence.NOT_EXPECTED)),  # it would lift the confidence
        ((1, 60.0), (1, Absence.NONE)),
        ((-1, 99.0), (0, Absence.NONE)),  # weighs, and takes no side
    ],
)
async def test_who_may_only_veto_neither_makes_nor_lifts_a_decision(
    said: tuple[int, float], shown: tuple[int, Absence]
) -> None:
    capped = SourceSpec(name="mood", group=Group.SENTIMENT, weight=0.2, wave=Wave.LATER, cost=10, veto_only=True)
    weights = Weights.of([PRICE, CHART, capped, MODEL])
    sources = (
        ScriptedSource(PRICE, {"AAPL": (1, 80.0), "MSFT": (0, 50.0)}),
        ScriptedSource(CHART, {"AAPL": (1, 80.0), "MSFT": (0, 50.0)}),
        ScriptedSource(capped, {"AAPL": said, "MSFT": said}),
    )
    gatherer = Gatherer(sources, weights, ConsensusPolicy(threshold=60.0), 5.0, lambda: 0.0)
    gathered = await gatherer.gather(VIEW, np.ones(2, dtype=np.bool_), BULL)
    row = weights.index("mood")
    assert (gathered.table.direction[row, 0], Absence(gathered.table.absence[row, 0])) == shown
    assert gathered.table.absence[row, 1] in (Absence.NOT_EXPECTED, Absence.CALL_SAVED), "where nobody leads, it is out"


def test_who_may_only_veto_is_asked_after_the_others() -> None:
    with pytest.raises(ConfigError, match="after the others"):
        SourceSpec(name="mood", group=Group.SENTIMENT, weight=0.2, veto_only=True)
