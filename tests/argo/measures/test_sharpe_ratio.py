"""Sharpe ratios and what may be said of them, against the papers' own figures."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.random import PCG64, Generator

from argo_core.errors import DataError
from argo_core.measures.deflated_sharpe import deflated_sharpe, expected_maximum_sharpe
from argo_core.measures.probabilistic_sharpe import minimum_track_record, probabilistic_sharpe
from argo_core.measures.sharpe_ratio import SharpeEstimate, sharpe_estimate, sharpe_ratios


def estimate(
    annual: float, per_year: int, periods: int, skewness: float = 0.0, kurtosis: float = 3.0
) -> SharpeEstimate:
    return SharpeEstimate(sharpe=annual / math.sqrt(per_year), skewness=skewness, kurtosis=kurtosis, periods=periods)


def test_the_estimate_of_a_hand_made_series() -> None:
    found = sharpe_estimate([0.01, -0.01, 0.02, 0.0, 0.03])
    # mean 0.01; squares 0, 4, 1, 1, 4 (·10⁻⁴): variance 2.5·10⁻⁴ with T - 1, 2·10⁻⁴ with T.
    assert found.sharpe == pytest.approx(0.6324555320336759)
    assert found.skewness == pytest.approx(0.0)
    assert found.kurtosis == pytest.approx(1.7)
    # (1 + (1.7 - 1) / 4 · 0.4) / 4 = 0.2675
    assert found.standard_error == pytest.approx(math.sqrt(0.2675))


def test_the_standard_error_is_what_samples_show() -> None:
    generator = Generator(PCG64(3))
    samples = generator.standard_normal((120, 20_000)) + 0.3
    seen = float(sharpe_ratios(samples).std())
    assert seen == pytest.approx(estimate(0.3, 1, 120).standard_error, rel=0.03)


@pytest.mark.parametrize(
    ("trials", "skewness", "kurtosis", "expected"),
    [
        (100, -3.0, 10.0, 0.9004),
        (46, -3.0, 10.0, 0.9505),
        (88, 0.0, 3.0, 0.9505),
    ],
)
def test_the_worked_example_of_the_deflated_sharpe_ratio(
    trials: int, skewness: float, kurtosis: float, expected: float
) -> None:
    """Bailey & López de Prado 2014, "A numerical example": 2.5 a year over five years of 250 days, trials whose
    annualised ratios have variance 1/2; the same record would have passed with 46 trials, a normal one with 88."""
    best = estimate(2.5, 250, 1250, skewness, kurtosis)
    assert deflated_sharpe(best, 0.5 / 250, trials) == pytest.approx(expected, abs=5e-5)


def test_the_expected_maximum_of_the_worked_example() -> None:
    assert expected_maximum_sharpe(0.5 / 250, 100) == pytest.approx(0.1132, abs=5e-5)


def test_the_expected_maximum_is_what_samples_show() -> None:
    generator = Generator(PCG64(4))
    seen = float(generator.standard_normal((20_000, 200)).max(axis=1).mean())
    assert expected_maximum_sharpe(1.0, 200) == pytest.approx(seen, rel=0.01)


def test_one_trial_is_not_deflated() -> None:
    best = estimate(1.0, 12, 60)
    assert expected_maximum_sharpe(0.5, 1) == 0.0
    assert deflated_sharpe(best, 0.5, 1) == probabilistic_sharpe(best)


@pytest.mark.parametrize(
    ("per_year", "skewness", "kurtosis", "years"),
    [(250, 0.0, 3.0, 2.73), (52, 0.0, 3.0, 2.83), (12, 0.0, 3.0, 3.24), (12, -0.72, 5.78, 4.99)],
)
def test_published_minimum_track_records(per_year: int, skewness: float, kurtosis: float, years: float) -> None:
    """Bailey & López de Prado 2012, section 6: a ratio of 2 a year against 1, at 95 %, for daily, weekly and monthly
    normal returns, and for monthly ones shaped like a hedge fund index."""
    record = estimate(2.0, per_year, 10, skewness, kurtosis)
    found = minimum_track_record(record, 1.0 / math.sqrt(per_year)) / per_year
    assert found == pytest.approx(years, abs=0.005)


def test_a_record_of_the_minimum_length_is_just_sure_enough() -> None:
    periods = minimum_track_record(estimate(1.5, 252, 10, -0.5, 6.0))
    found = probabilistic_sharpe(estimate(1.5, 252, math.ceil(periods), -0.5, 6.0))
    assert 0.95 <= found < 0.9502
    assert minimum_track_record(estimate(-0.1, 252, 10)) == math.inf


@pytest.mark.parametrize(
    ("returns", "code"),
    [
        ([0.1], "too_few"),
        ([0.1, math.nan], "not_finite"),
        ([0.1, 0.1, 0.1], "no_risk"),
        ([[0.1, 0.2]], "bad_shape"),
    ],
)
def test_a_series_that_has_no_ratio_is_refused(returns: list[float], code: str) -> None:
    with pytest.raises(DataError) as refused:
        sharpe_estimate(returns)
    assert refused.value.code == code


def test_impossible_moments_and_counts_are_refused() -> None:
    with pytest.raises(DataError, match="skewness"):
        assert estimate(1.0, 12, 60, 3.0, 4.0).standard_error
    with pytest.raises(DataError, match="at least 1"):
        expected_maximum_sharpe(1.0, 0)
    with pytest.raises(DataError, match="variance"):
        expected_maximum_sharpe(-1.0, 3)
    with pytest.raises(DataError, match="between"):
        minimum_track_record(estimate(1.0, 12, 60), confidence=0.4)


def test_a_column_that_does_not_move_has_ratio_zero() -> None:
    assert sharpe_ratios(np.array([[0.1, 0.0], [0.1, 0.2]])).tolist() == pytest.approx([0.0, math.sqrt(0.5)])
