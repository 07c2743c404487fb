"""The order of two trailing means against fractions, where it is clear, where it is close, and where it is equal."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from argo_core.measures.mean_order import crossings, exact_order, mean_order, on_grid, order_margin

prices = st.one_of(
    st.floats(1e-6, 1e6),
    st.integers(9_990, 10_010).map(lambda cents: cents / 100),
    st.integers(90, 110).map(float),
    st.sampled_from([0.1, 0.2, 0.3, 100.0, np.nextafter(100.0, 200.0)]),
)
closes_and_windows = st.tuples(
    st.lists(prices, max_size=60), st.integers(1, 8).flatmap(lambda n: st.tuples(st.just(n), st.integers(n + 1, 20)))
)


def order_on_paper(closes: list[float], fast: int, slow: int) -> list[int]:
    exact = list(map(Fraction, closes))
    gaps = [
        sum(exact[end - fast : end]) / fast - sum(exact[end - slow : end]) / slow for end in range(slow, len(exact) + 1)
    ]
    return [int(gap > 0) - int(gap < 0) for gap in gaps]


@given(closes_and_windows)
@example(([0.1] * 40, (3, 7)))  # a running sum of 0.1 drifts
@example(([0.1, 0.2, 0.3, 0.3, 0.2, 0.1] * 4, (3, 6)))  # equal means of unequal prices
@example(([100.0] * 9 + [float(np.nextafter(100.0, 200.0))] + [100.0] * 9, (2, 5)))  # a gap below a rounding
@example(([1e-6, 1e6] * 12, (2, 3)))
@example(([1e90, 1e-90, 1e90, 1e-90, 1e90, 1e-90], (2, 4)))
def test_the_order_is_that_of_exact_arithmetic(case: tuple[list[float], tuple[int, int]]) -> None:
    closes, (fast, slow) = case
    assert mean_order(np.array(closes, dtype=np.float64), fast, slow).tolist() == order_on_paper(closes, fast, slow)


@given(closes_and_windows)
def test_a_window_alone_gives_what_the_series_gives(case: tuple[list[float], tuple[int, int]]) -> None:
    closes, (fast, slow) = case
    series = np.array(closes, dtype=np.float64)
    alone = [exact_order(series[end - slow : end], fast) for end in range(slow, series.size + 1)]
    assert alone == mean_order(series, fast, slow).tolist()


@pytest.mark.parametrize("updates", [4096, 500])
def test_a_running_sum_stays_within_the_margin(updates: int) -> None:
    fast, slow = 7, 31
    close = 100 + np.random.default_rng(5).normal(size=slow + updates).cumsum() ** 2
    sums = [float(close[slow - length : slow].sum()) for length in (fast, slow)]
    for bar in range(slow, close.size):
        for side, length in enumerate((fast, slow)):
            sums[side] += float(close[bar]) - float(close[bar - length])
    exact = list(map(Fraction, close.tolist()))
    error = abs(Fraction(slow * sums[0] - fast * sums[1]) - slow * sum(exact[-fast:]) + fast * sum(exact[-slow:]))
    margin = order_margin(np.array([close.max()]), np.array([fast]), np.array([slow]), updates)[0]
    assert 0 < error < margin
    assert margin < 1e-11 * fast * slow * close.max() * updates / 100


@pytest.mark.parametrize(
    ("closes", "expected"),
    [([1.0, 2.5, 1e6], True), ([0.0009765625] * 3, True), ([0.01, 0.02], False), ([1.0, 2.0**50], False)],
)
def test_prices_on_a_grid_are_known(closes: list[float], expected: bool) -> None:
    assert on_grid(np.array([closes]), np.array([max(closes)]), 3, 9).tolist() == [expected]


def test_a_price_off_the_grid_is_seen_however_late_it_comes() -> None:
    closes = np.array([[100.0] * 500, [100.0] * 499 + [0.01]])
    assert on_grid(closes, closes.max(axis=1), 3, 9).tolist() == [True, False]


@pytest.mark.parametrize(
    ("order", "rises", "falls"),
    [
        ([-1, 1, 1, -1], [3], [5]),
        ([1, 1, -1], [], [4]),  # above from the first bar on is no crossing
        ([-1, 0, 1], [4], []),  # equal means wait
        ([1, 0, 1], [4], []),
        ([1, 0, -1], [], [4]),
        ([0, 0, 1], [4], []),
        ([], [], []),
        ([1], [], []),
    ],
)
def test_crossings_follow_the_order(order: list[int], rises: list[int], falls: list[int]) -> None:
    bars = len(order) + 2 if order else 2
    found = crossings(np.array(order, dtype=np.int8), 3, bars)
    assert [np.flatnonzero(side).tolist() for side in found] == [rises, falls]
