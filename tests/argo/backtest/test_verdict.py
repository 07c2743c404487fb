"""Noise is called noise, an edge is found."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.random import PCG64, Generator

from argo_core.backtest.verdict import Finding, judge_trials
from argo_core.errors import DataError
from argo_core.measures.panel import Floats


def noise(seed: int, trials: int = 200) -> Floats:
    """Two years of days, 1 % a day, nothing in it."""
    return Generator(PCG64(seed)).standard_normal((500, trials)) * 0.01


def with_edge(seed: int) -> Floats:
    """The same, and one trial that earns 0.3 % a day."""
    table = noise(seed)
    table[:, 7] += 0.003
    return table


def test_noise_is_no_evidence_and_the_verdict_says_why() -> None:
    found = [judge_trials(noise(seed), seed) for seed in range(3)]
    assert [each.finding for each in found] == [Finding.NO_EVIDENCE] * 3
    assert all("deflated" in each.against[0] and each.trials == 200 for each in found)


def test_an_edge_is_found_among_200_trials() -> None:
    found = [judge_trials(with_edge(seed), seed) for seed in range(3)]
    assert [(each.finding.value, each.best, each.against) for each in found] == [("evidence", 7, ())] * 3
    assert all(each.interval.low > 0 for each in found)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_at_least_ninety_of_a_hundred_seeds_of_noise_are_no_evidence_and_the_edge_is_found() -> None:
    seeds = range(100)
    assert sum(judge_trials(noise(seed), seed).finding is Finding.NO_EVIDENCE for seed in seeds) >= 90
    assert sum(judge_trials(with_edge(seed), seed).finding is Finding.EVIDENCE for seed in seeds) >= 90


def test_the_trials_that_were_thrown_away_count() -> None:
    # The best of twenty shows something if twenty were tried, and nothing if it was the best of ten thousand.
    table = Generator(PCG64(3)).standard_normal((500, 20)) * 0.01
    table[:, 7] += 0.0022
    assert judge_trials(table, 1).finding is Finding.EVIDENCE
    hidden = judge_trials(table, 1, trials=10_000)
    assert (hidden.finding, hidden.trials) == (Finding.NO_EVIDENCE, 10_000)


def test_kept_trials_that_are_alike_do_not_hide_how_many_were_thrown_away() -> None:
    best = noise(2, 1)[:, 0] + 0.002
    alike = np.column_stack([best, best * 1.01 + 1e-6])
    assert judge_trials(alike, 1).finding is Finding.EVIDENCE
    thrown = judge_trials(alike, 1, trials=500)
    # As for the best alone: by luck the largest of 500 lies 3.05 standard errors of 1 / √500 above 0.
    assert thrown.expected_maximum == pytest.approx(3.05 / 500**0.5, rel=0.01)
    assert thrown.finding is Finding.NO_EVIDENCE


def test_one_trial_is_judged_without_a_probability_of_overfitting() -> None:
    table = noise(2, 1) + 0.003
    found = judge_trials(table, 1)
    assert (found.finding, found.overfitting, found.expected_maximum) == (Finding.EVIDENCE, None, 0.0)
    assert found.not_measured is not None
    assert "too few" in found.not_measured


def test_the_same_seed_gives_the_same_verdict() -> None:
    assert judge_trials(noise(4, 20), 9) == judge_trials(noise(4, 20), 9)


def test_fewer_trials_than_columns_are_refused() -> None:
    with pytest.raises(DataError, match="count every one"):
        judge_trials(noise(1, 20), 1, trials=3)
    with pytest.raises(DataError, match="NaN"):
        judge_trials(np.full((30, 2), np.nan), 1)
