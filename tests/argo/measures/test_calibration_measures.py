"""Calibration curves, Brier scores and reliability, by hand and against established implementations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import PCG64, Generator

from argo_core.errors import DataError
from argo_core.measures.brier import brier_parts, brier_score
from argo_core.measures.isotonic import isotonic_fit
from argo_core.measures.panel import Floats
from argo_core.measures.platt import logistic, platt_fit
from argo_core.measures.reliability import expected_calibration_error, reliability_bands

SCORES = np.array([60.0, 62, 62, 70, 75, 75, 80, 82, 90, 95])
WON = np.array([0, 1, 0, 0, 1, 0, 1, 0, 1, 1])


def test_isotonic_as_scikit_learn() -> None:
    """scikit-learn's `IsotonicRegression(out_of_bounds="clip")` on the same ten cases."""
    points, values = isotonic_fit(SCORES, WON)
    asked = [55, 60, 62, 66, 72, 75, 81, 85, 92, 99]
    expected = [0.0, 0.0, 1 / 3, 1 / 3, 0.4, 0.5, 0.5, 0.6875, 1.0, 1.0]
    assert np.interp(asked, points, values).tolist() == pytest.approx(expected)
    assert points == (60.0, 62.0, 70.0, 75.0, 82.0, 90.0, 95.0)


def test_platt_as_scikit_learn() -> None:
    """scikit-learn's `_SigmoidCalibration` (its a is our negated slope) on the ten cases, and on 500."""
    assert platt_fit(SCORES, WON) == pytest.approx((0.06362751799, -4.7717108853), abs=2e-4)
    generator = Generator(PCG64(5))
    scores = generator.uniform(60, 100, 500)
    won = generator.random(500) < 1 / (1 + np.exp(-(scores - 80) / 10))
    slope, intercept = platt_fit(scores, won)
    found = logistic(slope * np.array([60.0, 80.0, 100.0]) + intercept)
    assert found.tolist() == pytest.approx([0.14429693, 0.49920914, 0.8549201], abs=1e-5)


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=60))
def test_isotonic_rises_keeps_the_mean_and_lies_closest(cases: list[tuple[int, bool]]) -> None:
    scores, won = np.array([case[0] for case in cases], dtype=float), np.array([case[1] for case in cases], dtype=float)
    points, values = isotonic_fit(scores, won)
    fitted = np.interp(scores, points, values)
    assert (np.diff(values) >= 0).all()
    assert fitted.mean() == pytest.approx(won.mean())
    # No other rising function of a small family lies closer.
    loss = ((fitted - won) ** 2).sum()
    assert all(loss <= ((np.where(scores >= cut, 1.0, won.mean()) - won) ** 2).sum() + 1e-9 for cut in range(22))


@pytest.mark.parametrize("won", [np.ones(5), np.zeros(5)])
def test_a_curve_exists_whatever_happened(won: Floats) -> None:
    slope, intercept = platt_fit([1.0, 2, 3, 4, 5], won)
    # All alike: the share with one case of each kind added.
    assert float(logistic(np.array([slope * 3 + intercept]))[0]) == pytest.approx(6 / 7 if won[0] else 1 / 7, abs=1e-6)
    slope, intercept = platt_fit([3.0] * 4, [1, 0, 1, 1])
    assert float(logistic(np.array([slope * 3 + intercept]))[0]) == pytest.approx(3 / 4 * 4 / 5 + 1 / 4 / 3, abs=1e-6)


def test_brier_and_its_partition_by_hand() -> None:
    # Three forecasts of 0.8, two of which came; two of 0.3, none of which came.
    found = brier_parts([0.8, 0.8, 0.8, 0.3, 0.3], [1, 1, 0, 0, 0])
    assert found.score == pytest.approx((0.04 + 0.04 + 0.64 + 0.09 + 0.09) / 5)
    assert found.reliability == pytest.approx((3 * (0.8 - 2 / 3) ** 2 + 2 * 0.09) / 5)
    assert found.resolution == pytest.approx((3 * (2 / 3 - 0.4) ** 2 + 2 * 0.16) / 5)
    assert found.uncertainty == pytest.approx(0.24)
    assert found.skill == pytest.approx(1 - 0.18 / 0.24)
    assert found.score == brier_score([0.8, 0.8, 0.8, 0.3, 0.3], [1, 1, 0, 0, 0])


@given(st.lists(st.tuples(st.integers(0, 10), st.booleans()), min_size=1, max_size=80))
def test_the_partition_adds_up(cases: list[tuple[int, bool]]) -> None:
    found = brier_parts([case[0] / 10 for case in cases], [case[1] for case in cases])
    assert found.score == pytest.approx(found.reliability - found.resolution + found.uncertainty, abs=1e-12)


def test_bands_hold_about_equal_counts_and_never_part_equals() -> None:
    forecast = [0.1, 0.2, 0.2, 0.2, 0.5, 0.6, 0.7, 0.8]
    bands = reliability_bands(forecast, [0, 0, 1, 0, 1, 0, 1, 1], bands=4)
    assert [(band.low, band.high, band.count, band.happened) for band in bands] == [
        (0.1, 0.2, 4, 1),
        (0.5, 0.6, 2, 1),
        (0.7, 0.8, 2, 2),
    ]
    assert bands[0].forecast == pytest.approx(0.175)
    # Wilson's interval of 1 in 4.
    assert (bands[0].rate_low, bands[0].rate_high) == pytest.approx((0.0456, 0.6994), abs=5e-5)
    assert expected_calibration_error(bands) == pytest.approx((4 * 0.075 + 2 * 0.05 + 2 * 0.25) / 8)


@pytest.mark.parametrize(
    ("forecast", "happened", "code"),
    [
        ([], [], "too_few"),
        ([0.5], [1, 0], "bad_shape"),
        ([50.0], [1], "bad_probability"),
        ([np.nan], [1], "not_finite"),
    ],
)
def test_forecasts_that_are_none_are_refused(forecast: list[float], happened: list[int], code: str) -> None:
    with pytest.raises(DataError) as refused:
        brier_score(forecast, happened)
    assert refused.value.code == code


def test_no_band_at_all_is_refused() -> None:
    with pytest.raises(DataError, match="at least 1"):
        reliability_bands([0.5], [1], bands=0)
