"""The example that defines Weighted Consensus v6.0, and its neighbours, in literal numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from argo_core.consensus import ConsensusEngine, ConsensusPolicy, Missing, VoteTable, Weights
from argo_core.model.consensus import Consensus, Veto
from argo_core.model.direction import Direction
from argo_core.model.regime import Regime
from argo_core.model.vote import Vote
from tests.argo.consensus.cases import NOW, one_symbol_view, vote

EXAMPLE = [
    vote("alpaca_pro", "LONG", 90),
    vote("yfinance", "LONG", 80),
    vote("x_sentiment", "NEUTRAL", 50),
    vote("sonar", "LONG", 85),
]


def decide(votes: list[Vote], regime: Regime = Regime.BULL, **policy: Any) -> Consensus:
    weights = Weights.default()
    table = VoteTable.of_votes(weights, "AAPL", votes, NOW)
    engine = ConsensusEngine(weights, ConsensusPolicy(**policy))
    return engine.decide(table, one_symbol_view(), np.array([regime], dtype=np.int8))["AAPL"]


def test_the_worked_example_is_68_75_and_below_its_threshold() -> None:
    consensus = decide(EXAMPLE, threshold=75)
    assert consensus.confidence == 68.75
    assert consensus.raw == 68.75
    assert consensus.agreement == pytest.approx(0.8)
    assert consensus.coverage == pytest.approx(1.0)
    assert consensus.leaning is Direction.LONG
    assert consensus.direction is Direction.NEUTRAL
    assert (consensus.veto, consensus.measured, consensus.limit) == (Veto.BELOW_THRESHOLD, 68.75, 75.0)


def test_the_same_votes_pass_a_threshold_that_they_meet_exactly() -> None:
    consensus = decide(EXAMPLE, threshold=68.75)
    assert (consensus.veto, consensus.direction) == (Veto.NONE, Direction.LONG)


@pytest.mark.parametrize(
    ("regime", "confidence"), [("BULL", 68.75), ("BEAR", 65.3125), ("CHOP", 61.875), ("CRISIS", 51.5625)]
)
def test_the_regime_scales_confidence(regime: str, confidence: float) -> None:
    assert decide(EXAMPLE, Regime[regime], threshold=75).confidence == confidence


def test_an_unknown_regime_counts_as_chop() -> None:
    assert decide(EXAMPLE, Regime.UNKNOWN, threshold=75).confidence == 61.875


def test_a_threshold_can_be_set_per_regime() -> None:
    limits = {"CRISIS": 50.0}
    assert decide(EXAMPLE, Regime.CRISIS, threshold=75, thresholds=limits).veto is Veto.NONE
    assert decide(EXAMPLE, Regime.BULL, threshold=75, thresholds=limits).veto is Veto.BELOW_THRESHOLD


def test_absent_groups_leave_their_weight_to_the_others() -> None:
    consensus = decide([vote("alpaca_pro", "LONG", 90), vote("yfinance", "SHORT", 80)], threshold=50)
    assert consensus.confidence == pytest.approx(55.3846)
    assert consensus.agreement == pytest.approx(0.40 / 0.65)


def test_absent_groups_can_be_made_to_count_against() -> None:
    late = vote("sonar", "LONG", 85, age_seconds=600)
    consensus = decide([*EXAMPLE[:3], late], threshold=50, missing=Missing.COUNT_AGAINST)
    assert consensus.raw == 56.0
    assert consensus.coverage == pytest.approx(0.85)


def test_a_tie_is_no_consensus() -> None:
    weights = {"alpaca_pro": 50.0, "yfinance": 80.0}
    consensus = decide(
        [vote("alpaca_pro", "LONG", weights["alpaca_pro"]), vote("yfinance", "SHORT", weights["yfinance"])]
    )
    assert (consensus.veto, consensus.leaning) == (Veto.TIED, Direction.NEUTRAL)


def test_only_neutral_votes_are_no_consensus() -> None:
    assert decide([vote("alpaca_pro", "NEUTRAL", 50), vote("yfinance", "NEUTRAL", 50)]).veto is Veto.ALL_NEUTRAL


def test_no_votes_are_no_consensus() -> None:
    assert decide([]).veto is Veto.NO_VOTES


def test_a_group_speaks_with_its_most_confident_member() -> None:
    consensus = decide([vote("alpaca_pro", "LONG", 70), vote("massive", "SHORT", 71)], threshold=50, min_coverage=0.3)
    assert [part.source for part in consensus.contributions] == ["massive"]
    assert consensus.leaning is Direction.SHORT


def test_a_tie_within_a_group_goes_to_the_primary() -> None:
    consensus = decide([vote("massive", "SHORT", 70), vote("alpaca_pro", "LONG", 70)], threshold=50, min_coverage=0.3)
    assert [part.source for part in consensus.contributions] == ["alpaca_pro"]


@pytest.mark.parametrize(("age", "factor"), [(0, 1.0), (20, 1.0), (60, 0.5), (90, 0.125)])
def test_a_vote_fades_from_its_time_to_live_to_five_times_that(age: float, factor: float) -> None:
    consensus = decide([vote("alpaca_pro", "LONG", 90, age_seconds=age)], threshold=50, min_coverage=0.0)
    assert [part.age_factor for part in consensus.contributions] == [pytest.approx(factor)]
    assert consensus.raw == 90.0


def test_a_vote_of_five_lives_is_absent() -> None:
    assert decide([vote("alpaca_pro", "LONG", 90, age_seconds=100)]).veto is Veto.NO_VOTES


def test_too_little_coverage_is_no_consensus() -> None:
    consensus = decide([vote("alpaca_pro", "LONG", 90, age_seconds=60), vote("yfinance", "LONG", 90, age_seconds=84)])
    assert consensus.veto is Veto.LOW_COVERAGE
    assert consensus.measured == pytest.approx((0.40 * 0.5 + 0.25 * 0.2) / 0.65)
    assert consensus.limit == 0.5
