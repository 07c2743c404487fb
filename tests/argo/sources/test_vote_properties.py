"""Votes on bars are scale-free, mirror-symmetric and causal, whatever the market does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from argo_core.measures.bank import IndicatorBank
from argo_core.measures.feature_panel import feature_panel
from argo_core.measures.features import Features
from argo_core.model.bars import Bars
from argo_core.sources import Opinion, price_action, technical
from argo_core.sources.bar_source import VoteFunction
from tests.argo.sources.histories import disturbed_after, features_of, histories, mirrored, multiplied

VOTES = pytest.mark.parametrize("vote", [price_action, technical])
ROUNDED = 1.01e-4  # confidence is rounded to four decimals, so equal scores may land one step apart
EDGE = 52.5  # at |score| = 0.05 a vote turns from NEUTRAL at 50 to a side at 52.5


def known(opinion: Opinion) -> np.ndarray:
    return ~np.isnan(opinion.confidence)


def assert_same_votes(one: Opinion, other: Opinion, turned: int = 1) -> None:
    assert known(one).tolist() == known(other).tolist()
    rows = known(one)
    near_edge = np.abs(np.abs(one.evidence["score"][rows]) - 0.05) < 1e-6
    confidence, counterpart = one.confidence[rows][~near_edge], other.confidence[rows][~near_edge]
    assert np.abs(confidence - counterpart).max(initial=0.0) <= ROUNDED
    assert np.array_equal(one.direction[rows][~near_edge], turned * other.direction[rows][~near_edge])


@VOTES
@given(bars=histories(), factor=st.sampled_from([1e-4, 0.37, 2.0, 1234.5]))
def test_a_vote_does_not_know_the_price_level(vote: VoteFunction, bars: Bars, factor: float) -> None:
    assert_same_votes(vote(features_of(bars)), vote(features_of(multiplied(bars, factor))))


@VOTES
@given(bars=histories())
def test_a_vote_mirrors_when_the_market_does(vote: VoteFunction, bars: Bars) -> None:
    assert_same_votes(vote(features_of(bars)), vote(features_of(mirrored(bars))), turned=-1)


@VOTES
@given(bars=histories(), factor=st.sampled_from([0.5, 1.7]), place=st.floats(0.0, 0.99))
def test_bars_that_come_later_change_no_vote(vote: VoteFunction, bars: Bars, factor: float, place: float) -> None:
    last = int(place * (len(bars) - 1))
    whole = vote(features_of(bars))
    disturbed = vote(features_of(disturbed_after(bars, last, factor)))
    cut = vote(features_of(bars.first(last + 1)))
    for other in (disturbed, cut):
        assert np.array_equal(whole.confidence[: last + 1], other.confidence[: last + 1], equal_nan=True)
        assert np.array_equal(whole.direction[: last + 1], other.direction[: last + 1])


@VOTES
@given(bars=histories(shortest=35, longest=70))
def test_a_vote_on_the_last_bar_live_is_the_vote_of_the_backtest(vote: VoteFunction, bars: Bars) -> None:
    bank = IndicatorBank(1)
    for high, low, close in np.log(bars.values[1:4]).T:
        bank.append(None, [high], [low], [close])
    live, history = vote(bank.snapshot()), vote(features_of(bars))
    assert live.confidence[0] == history.confidence[-1] or (
        np.isnan(live.confidence[0]) and np.isnan(history.confidence[-1])
    )
    assert live.direction[0] == history.direction[-1]


@VOTES
@given(bars=histories())
def test_confidence_is_fifty_or_more_and_at_most_a_hundred(vote: VoteFunction, bars: Bars) -> None:
    opinion = vote(features_of(bars))
    rows = known(opinion)
    assert ((opinion.confidence[rows] >= 50) & (opinion.confidence[rows] <= 100)).all()
    assert (opinion.confidence[rows][opinion.direction[rows] == 0] == 50).all()
    assert (opinion.direction[~rows] == 0).all()


@pytest.mark.parametrize(("vote", "needed"), [(price_action, 21), (technical, 34)])
def test_a_vote_needs_its_bars(vote: VoteFunction, needed: int) -> None:
    close = np.log(100.0 + np.arange(40.0))
    opinion = vote(features_of_closes(close))
    assert np.flatnonzero(known(opinion))[0] == needed - 1


def features_of_closes(close: NDArray[np.float64]) -> Features:
    return feature_panel(close + 0.01, close - 0.01, close)


@VOTES
def test_a_market_that_stands_still_is_neutral(vote: VoteFunction) -> None:
    flat = np.zeros(80)
    opinion = vote(feature_panel(flat, flat, flat))
    assert opinion.direction[-1] == 0
    assert opinion.confidence[-1] == 50.0


def test_a_steady_rise_is_long_for_both_and_a_steady_fall_short() -> None:
    rise = np.linspace(0, 0.8, 80)
    for vote in (price_action, technical):
        assert vote(features_of_closes(rise)).direction[-1] == 1
        assert vote(features_of_closes(-rise)).direction[-1] == -1
