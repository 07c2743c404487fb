"""The probability of backtest overfitting, against an R package's own figures and by hand."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.random import PCG64, Generator

from argo_core.errors import DataError
from argo_core.measures.overfitting_probability import overfitting_probability
from argo_core.measures.panel import Floats
from tests.argo.measures.r_normal_numbers import r_normals


def noise(seed: int, rows: int = 400, trials: int = 200) -> Floats:
    return Generator(PCG64(seed)).standard_normal((rows, trials)) * 0.01


def test_r_numbers_are_those_of_r() -> None:
    """The first numbers of `set.seed(42); rnorm(3)`, as R's users know them."""
    assert r_normals(42, 3) == pytest.approx([1.37095845, -0.56469817, 0.36312841], abs=5e-9)


def test_the_figures_that_the_r_package_pbo_tests() -> None:
    """CRAN package `pbo`, tests/test_pbo_function.R: 40 trials of 200 rows in 4 blocks, seed 852, Sharpe ratio over a
    rate of 3 % a year. Its `slope` is the first coefficient of the regression of the ratio in sample on that outside,
    which R gives as the intercept."""
    table = r_normals(852, 40 * 200).reshape(200, 40) - 0.03 / 252
    found = overfitting_probability(table, blocks=4)
    assert len(found.logits) == 6
    assert 0.49 < found.probability < 0.51
    assert 0.49 < found.loss_probability < 0.51
    intercept = np.polynomial.Polynomial.fit(found.best_outside, found.best_inside, 1).convert().coef[0]
    assert 0.19 < intercept < 0.20
    square = float(np.corrcoef(found.best_inside, found.best_outside)[0, 1]) ** 2
    assert -0.24 < 1 - (1 - square) * 5 / 4 < -0.22


def test_each_split_is_what_its_definition_says() -> None:
    table = noise(8, rows=26, trials=12)
    found = overfitting_probability(table, blocks=6)
    blocks = table[2:].reshape(6, 4, 12)
    logits = []
    for inside in combinations(range(6), 3):
        outside = [block for block in range(6) if block not in inside]
        first, second = (np.concatenate([blocks[block] for block in side]) for side in (inside, outside))
        best = int((first.mean(axis=0) / first.std(axis=0, ddof=1)).argmax())
        ratios = second.mean(axis=0) / second.std(axis=0, ddof=1)
        share = (np.argsort(np.argsort(ratios))[best] + 1) / 13
        logits.append(float(np.log(share / (1 - share))))
    assert found.logits == pytest.approx(logits)
    assert (found.rows, found.blocks, found.trials) == (24, 6, 12)


def test_noise_is_overfitted_about_every_other_time() -> None:
    found = [overfitting_probability(noise(seed), blocks=8).probability for seed in range(20)]
    assert float(np.mean(found)) == pytest.approx(0.5, abs=0.15)


def test_a_real_edge_is_not_overfitted() -> None:
    table = noise(1)
    table[:, 17] += 0.005
    assert overfitting_probability(table, blocks=8).probability < 0.01


def test_a_regime_that_turns_round_is_wholly_overfitted() -> None:
    # What gains in the first half loses in the second: the best in sample is the worst outside.
    edge = np.where(np.arange(40) < 20, 1.0, -1.0)[:, None] * np.linspace(-0.01, 0.01, 12)
    found = overfitting_probability(noise(1, 40, 12) * 0.01 + edge, blocks=4)
    assert found.probability >= 0.5
    assert found.slope < 0


def test_equal_trials_rank_in_the_middle() -> None:
    table = np.repeat(noise(3, 40, 1), 10, axis=1)
    assert set(overfitting_probability(table, blocks=4).logits) == {0.0}


@pytest.mark.parametrize(
    ("table", "blocks", "code"),
    [
        (noise(1, 100, 9), 8, "too_few_trials"),
        (noise(1, 31, 20), 8, "too_few"),
        (noise(1), 7, "bad_count"),
        (noise(1), 2, "bad_count"),
        (np.full((100, 20), np.nan), 8, "not_finite"),
        (np.zeros(100), 8, "bad_shape"),
    ],
)
def test_what_says_nothing_is_refused(table: Floats, blocks: int, code: str) -> None:
    with pytest.raises(DataError) as refused:
        overfitting_probability(table, blocks)
    assert refused.value.code == code
