"""Blocks, their lengths, and the intervals that come of them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.random import PCG64, Generator

from argo_core.errors import DataError
from argo_core.measures.block_bootstrap import Blocks, bootstrap_indices
from argo_core.measures.block_length import block_lengths
from argo_core.measures.bootstrap_interval import BootstrapPlan, Interval, IntervalKind, bootstrap_interval
from argo_core.measures.panel import Floats


def mean(resamples: Floats) -> Floats:
    means: Floats = resamples.mean(axis=1)
    return means


def mean_error(resamples: Floats) -> Floats:
    errors: Floats = resamples.std(axis=1, ddof=1) / np.sqrt(resamples.shape[1])
    return errors


def dependent(generator: Generator, count: int) -> Floats:
    shocks = generator.standard_normal(count)
    series = np.zeros(count)
    for place in range(1, count):
        series[place] = 0.5 * series[place - 1] + shocks[place]
    return series


def test_block_lengths_as_an_established_implementation_finds_them() -> None:
    """`arch` 8.0.0, `optimal_block_length`, of the same two series."""
    generator = Generator(PCG64(7))
    shocks = generator.standard_normal(400)
    series = np.zeros(400)
    for place in range(1, 400):
        series[place] = 0.5 * series[place - 1] + shocks[place]
    found = block_lengths(series)
    assert (found.stationary, found.circular) == pytest.approx((7.460799, 8.540483), abs=5e-7)
    found = block_lengths(shocks)
    assert (found.stationary, found.circular) == pytest.approx((0.983019, 1.125275), abs=5e-7)


def test_a_series_at_rest_needs_no_blocks() -> None:
    assert block_lengths(np.full(40, 0.1)).stationary == 1.0


def test_stationary_blocks_have_their_mean_length_and_go_round_the_end() -> None:
    found = bootstrap_indices(200, 2_000, 8.0, Generator(PCG64(1)))
    steps = (found[:, 1:] - found[:, :-1]) % 200 == 1
    # A block ends with chance 1/8, and by luck (1/200) the next begins where it would have gone on.
    assert steps.mean() == pytest.approx(1 - 1 / 8 + 1 / 8 / 200, abs=0.002)
    assert ((found[:, :-1] == 199) & (found[:, 1:] == 0)).any()
    assert np.bincount(found.ravel()).std() < 0.05 * 2_000


def test_circular_blocks_have_one_length() -> None:
    found = bootstrap_indices(12, 3, 4.0, Generator(PCG64(1)), Blocks.CIRCULAR)
    for row in found:
        assert ((row.reshape(3, 4) - row.reshape(3, 4)[:, :1]) % 12 == np.arange(4)).all()


def test_the_same_seed_draws_the_same_interval() -> None:
    series = dependent(Generator(PCG64(5)), 300)
    twice = [bootstrap_interval(series, mean, Generator(PCG64(9))) for _ in range(2)]
    assert twice[0] == twice[1]
    assert twice[0].low < twice[0].value < twice[0].high


@pytest.mark.parametrize("kind", list(IntervalKind))
def test_intervals_of_a_mean_cover_the_truth_about_as_often_as_they_say(kind: IntervalKind) -> None:
    generator, plan = Generator(PCG64(11)), BootstrapPlan(samples=200, confidence=0.9, block=1.0)
    error = mean_error if kind is IntervalKind.STUDENTISED else None
    found = [bootstrap_interval(generator.exponential(size=40), mean, generator, plan, error) for _ in range(300)]
    assert {each.kind for each in found} == {kind}
    # Skewed values: the percentile interval is known to cover less than it says, the studentised one as it says.
    covered = sum(each.low <= 1.0 <= each.high for each in found)
    assert (246 <= covered <= 276) if kind is IntervalKind.PERCENTILE else (255 <= covered <= 285)


def test_blocks_widen_the_interval_of_a_dependent_series() -> None:
    series = dependent(Generator(PCG64(2)), 500)

    def width(block: float | None) -> float:
        found: Interval = bootstrap_interval(series, mean, Generator(PCG64(3)), BootstrapPlan(block=block))
        return found.high - found.low

    # The true standard error of this mean is about twice that of independent values.
    assert 1.4 < width(None) / width(1.0) < 2.4


def test_rows_that_belong_together_stay_together() -> None:
    left = np.arange(50.0)

    def apart(resamples: Floats) -> Floats:
        gaps: Floats = np.abs(resamples[:, :, 0] - resamples[:, :, 1]).max(axis=1)
        return gaps

    found = bootstrap_interval(np.column_stack([left, left]), apart, Generator(PCG64(1)), BootstrapPlan(block=3.0))
    assert (found.low, found.high) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("values", "code"),
    [([0.1] * 19, "too_few"), ([0.1] * 19 + [np.inf], "not_finite"), (np.zeros((2, 3, 4)), "bad_shape")],
)
def test_values_that_give_no_interval_are_refused(values: Floats, code: str) -> None:
    with pytest.raises(DataError) as refused:
        bootstrap_interval(values, mean, Generator(PCG64(1)))
    assert refused.value.code == code


def test_a_figure_that_is_no_number_is_refused() -> None:
    with pytest.raises(DataError, match="no number"):
        bootstrap_interval(np.arange(30.0), lambda rows: np.full(len(rows), np.nan), Generator(PCG64(1)))
    with pytest.raises(DataError, match="50 resamples"):
        BootstrapPlan(samples=10)


def test_a_studentised_interval_reaches_further_to_the_side_of_the_rare_large_values() -> None:
    series = Generator(PCG64(1)).exponential(size=40)
    found = bootstrap_interval(series, mean, Generator(PCG64(2)), BootstrapPlan(block=1.0), mean_error)
    # Without its largest values a sample has a small mean and a small error both: the mean may lie far above.
    assert found.high - found.value > 1.2 * (found.value - found.low)
