"""What a source is worth, and the weights that would suggest."""

from __future__ import annotations

import numpy as np
import pytest

from argo_core.backtest.source_skill import skill_report
from argo_core.backtest.vote_arrays import vote_arrays
from argo_core.model.opinion_call import Spending
from tests.argo.backtest.resolved_samples import cast, judged_by_two, resolved


def test_hits_are_counted_with_and_against_the_signal() -> None:
    long = cast("good", "market_data", 0.6, "LONG", 80.0)
    against = cast("other", "technical", 0.4, "SHORT", 60.0)
    quiet = cast("other", "technical", 0.4, "NEUTRAL", 50.0)
    report = skill_report(
        [
            resolved(1, 60.0, True, [long, against]),
            resolved(2, 60.0, False, [long, against]),
            resolved(3, 60.0, False, [long, quiet]),
        ],
        seed=1,
        spent={"other": Spending(calls=40, usd=0.8)},
    )
    good, other = report.sources
    assert (good.source, good.votes, good.sides, good.hits) == ("good", 3, 3, 1)
    # It spoke against a signal that won and one that lost: right once; keeping quiet is no side.
    assert (other.source, other.votes, other.sides, other.hits) == ("other", 3, 2, 1)
    assert (other.usd_per_call, other.usd_per_hit) == (0.02, 0.8)
    assert (good.usd_per_call, good.improvement, report.proposals) == (None, None, ())


def test_support_is_the_consensus_of_the_engine_with_and_without_a_source() -> None:
    """The worked example of the consensus: 90 at 0.40, 80 at 0.25, neutral at 0.20, 85 at 0.15 make 68.75."""
    votes = [
        cast("a", "market_data", 0.40, "LONG", 90.0),
        cast("b", "technical", 0.25, "LONG", 80.0),
        cast("c", "sentiment", 0.20, "NEUTRAL", 50.0),
        cast("d", "ai", 0.15, "LONG", 85.0),
    ]
    arrays = vote_arrays([resolved(1, 68.75, True, votes), resolved(2, 80.0, True)])
    assert arrays.support().tolist() == pytest.approx([68.75])
    assert arrays.support(without=0).tolist() == pytest.approx([(20 + 12.75) / 0.6])
    assert arrays.support(without=2).tolist() == pytest.approx([68.75 / 0.8])
    alone = vote_arrays([resolved(1, 80.0, True, votes[:1])])
    assert alone.support(without=0).tolist() == [0.0]


def test_a_source_that_knows_something_helps_and_a_coin_does_not() -> None:
    report = skill_report(judged_by_two(4, 900), seed=2)
    good, coin = report.sources
    assert good.improvement is not None
    assert coin.improvement is not None
    assert 0 < good.improvement.low < good.improvement.value < good.improvement.high
    # The consensus is better off without the coin.
    assert coin.improvement.value < 0 < good.improvement.value


def test_weights_are_suggested_with_intervals_and_only_then() -> None:
    samples = judged_by_two(4, 900)
    report = skill_report(samples, seed=2)
    market, chart = report.proposals
    assert (market.group, market.now, chart.group, chart.now) == ("market_data", 0.6, "technical", 0.4)
    assert market.proposed + chart.proposed == pytest.approx(1.0)
    assert market.low <= market.proposed <= market.high
    assert 0.0 <= chart.low <= chart.high < 1.0
    assert skill_report(samples[:199], seed=2).proposals == ()


def test_the_same_seed_gives_the_same_report() -> None:
    samples = judged_by_two(5, 300)
    assert skill_report(samples, seed=3) == skill_report(samples, seed=3)


def test_nothing_resolved_is_an_empty_report() -> None:
    assert skill_report([], seed=1).sources == ()


def test_hits_agree_with_a_plain_count() -> None:
    samples = judged_by_two(6, 200)
    took, right = vote_arrays(samples).hits()
    plain = [
        sum(
            (vote.direction == "LONG") == each.won
            for each in samples
            for vote in each.signal.votes
            if vote.source == name
        )
        for name in ("good", "coin")
    ]
    assert (took.sum(axis=1).tolist(), right.sum(axis=1).tolist()) == ([200, 200], plain)
    assert np.array_equal(right & took, right)
