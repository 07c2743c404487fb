"""Timing against the same positions elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.random import PCG64, Generator

from argo_core.errors import DataError
from argo_core.measures.permutation_test import timing_test


def test_positions_that_know_the_day_are_found() -> None:
    returns = Generator(PCG64(1)).standard_normal(500)
    found = timing_test((returns > 0).astype(float), returns, Generator(PCG64(2)))
    assert found.p_value == pytest.approx(1 / 1001)
    assert found.observed == pytest.approx(float(returns[returns > 0].sum()) / 500)


def test_chance_is_called_chance_as_often_as_the_test_says() -> None:
    generator = Generator(PCG64(3))
    found = [
        timing_test((generator.standard_normal(120) > 0).astype(float), generator.standard_normal(120), generator, 99)
        for _ in range(400)
    ]
    assert sum(each.p_value <= 0.1 for each in found) / 400 == pytest.approx(0.1, abs=0.04)


def test_always_holding_has_no_timing() -> None:
    returns = Generator(PCG64(1)).standard_normal(100) + 1.0
    found = timing_test(np.ones(100), returns, Generator(PCG64(2)))
    assert found.p_value == 1.0
    assert found.observed == pytest.approx(found.expected)


def test_unequal_lengths_and_too_few_permutations_are_refused() -> None:
    with pytest.raises(DataError, match="one length"):
        timing_test(np.ones(30), np.ones(31), Generator(PCG64(1)))
    with pytest.raises(DataError, match="at least 20"):
        timing_test(np.ones(30), np.ones(30), Generator(PCG64(1)), 5)


def test_a_shift_that_meets_the_same_days_counts_as_good() -> None:
    # A market that repeats itself every ten days: one shift in ten, less the one in place, is as good as what was held.
    week = np.array([3.0, -1.0, -1.0, 2.0, -2.0, -1.0, 1.0, -3.0, 1.0, 1.0])
    returns = np.tile(week, 30)
    held = np.tile(week, 30)
    found = timing_test(held, returns, Generator(PCG64(6)), 2000)
    assert found.p_value == pytest.approx(29 / 299, abs=0.02)
