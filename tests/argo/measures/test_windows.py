"""Trailing windows against exact arithmetic."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from argo_core.measures.windows import window_max, window_min, window_moments, window_sum

values_and_window = st.tuples(st.lists(st.floats(-1e6, 1e6), max_size=70), st.integers(1, 55))


@given(values_and_window)
@example(([2.0**53, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0], 8))  # added one by one, each 1 is lost
def test_a_sum_is_off_by_a_rounding_of_the_magnitudes_for_each_doubling_of_the_window(
    case: tuple[list[float], int],
) -> None:
    values, n = case
    found = window_sum(np.array(values)[:, None], n)[:, 0]
    windows = [list(map(Fraction, values[end - n : end])) for end in range(n, len(values) + 1)]
    doublings, rounding = (n - 1).bit_length(), Fraction(1, 2**53)
    allowed = doublings * rounding / (1 - doublings * rounding)
    assert len(found) == len(windows)
    for total, window in zip(found, windows, strict=True):
        assert abs(Fraction(float(total)) - sum(window)) <= allowed * sum(map(abs, window))


@given(values_and_window)
def test_extremes_are_those_of_the_window(case: tuple[list[float], int]) -> None:
    values, n = case
    windows = [values[end - n : end] for end in range(n, len(values) + 1)]
    assert window_max(np.array(values)[:, None], n)[:, 0].tolist() == [max(window) for window in windows]
    assert window_min(np.array(values)[:, None], n)[:, 0].tolist() == [min(window) for window in windows]


@given(values_and_window)
def test_spreads_keep_their_digits(case: tuple[list[float], int]) -> None:
    values, n = case
    _, found = window_moments(np.array(values)[:, None], n)
    for end, spread in enumerate(found[:, 0], start=n):
        window = [Fraction(value) for value in values[end - n : end]]
        mean = sum(window) / n
        exact = float(sum((value - mean) ** 2 for value in window))
        # Each value enters with an error of some roundings of the largest; the square root of the spread shows it.
        noise = 1e-15 * max(abs(float(value)) for value in window) * math.sqrt(n)
        assert math.sqrt(spread) == pytest.approx(math.sqrt(exact), rel=1e-12, abs=8 * noise)


@pytest.mark.parametrize("n", [1, 2, 3, 8, 20, 24])
def test_equal_values_have_no_spread(n: int) -> None:
    total, spread = window_moments(np.full((60, 3), 4.7), n)
    assert total.shape == spread.shape == (61 - n, 3)
    assert not spread.any()


def test_a_window_does_not_depend_on_what_lies_around_it() -> None:
    values = np.random.default_rng(3).normal(size=(3000, 40))
    total, spread = window_moments(values, 20)
    for end in (20, 777, 2048, 3000):
        alone = window_moments(values[end - 20 : end, 11:12], 20)
        assert alone[0][0, 0] == total[end - 20, 11]
        assert alone[1][0, 0] == spread[end - 20, 11]
        assert window_sum(values[end - 20 : end, 11:12], 20)[0, 0] == window_sum(values, 20)[end - 20, 11]


def test_a_spread_far_from_zero_and_late_in_a_long_history_keeps_its_digits() -> None:
    values = 1e6 + np.tile([0.0, 2.0**-10], 60_000)[:, None]
    assert window_moments(values, 20)[1][-1, 0] == 20 * 2.0**-22
