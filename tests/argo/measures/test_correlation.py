"""Shrunk correlations: the definition, the traps of still and broken columns, and what noise cannot claim."""

from __future__ import annotations

import numpy as np
import pytest

from argo_core.measures.correlation import pair_correlations, standardised
from argo_core.measures.panel import Floats


def of(left: Floats, right: Floats) -> Floats:
    return pair_correlations(standardised(left), standardised(right))


def noise(seed: int, rows: int = 60, columns: int = 2) -> Floats:
    return np.random.default_rng(seed).normal(0.0, 0.01, (rows, columns))


def shrunk(pair: Floats) -> float:
    """The definition, row by row."""
    z = (pair - pair.mean(axis=0)) / pair.std(axis=0)
    r = float((z[:, 0] * z[:, 1]).mean())
    influence = [one * two - r * (one * one + two * two) / 2 for one, two in z]
    error = sum(each * each for each in influence) / len(z) ** 2
    return float(r * max(1.0 - error / r**2, 0.0))


@pytest.mark.parametrize("seed", range(20))
def test_it_is_the_definition(seed: int) -> None:
    pair = noise(seed)
    pair[:, 1] += pair[:, 0] * (seed - 10) / 4
    assert of(pair[:, :1], pair[:, 1:])[0, 0] == pytest.approx(shrunk(pair), abs=1e-12)


def test_a_column_moves_wholly_with_itself_and_against_its_mirror_image() -> None:
    one = noise(1, columns=1)
    assert of(one, np.hstack([one, -one]))[0] == pytest.approx([1.0, -1.0])


def test_one_crash_does_not_make_strangers_of_twins() -> None:
    twins = np.repeat(noise(11, columns=1), 2, axis=1) + noise(12) * 0.1
    twins[30] = [-0.2, -0.21]
    assert of(twins[:, :1], twins[:, 1:])[0, 0] > 0.98


def test_sixty_returns_of_strangers_claim_next_to_nothing() -> None:
    many = of(noise(2, columns=40), noise(3, columns=40))
    assert np.abs(many).mean() < 0.08
    assert np.abs(many).max() < 0.5


def test_a_pair_is_the_same_in_whatever_company() -> None:
    company = noise(4, columns=7)
    assert of(company, company)[2, 5] == pytest.approx(of(company[:, 2:3], company[:, 5:6])[0, 0], abs=1e-14)


@pytest.mark.parametrize("broken", [np.zeros(60), np.full(60, 0.1), np.full(60, np.nan), np.full(60, np.inf)])
def test_what_does_not_move_or_is_no_number_has_no_correlation(broken: Floats) -> None:
    assert np.isnan(of(noise(5, columns=1), broken[:, None])).all()


def test_one_nan_makes_a_column_unknown_and_leaves_the_others() -> None:
    pair = noise(6)
    pair[7, 1] = np.nan
    assert np.isnan(of(pair[:, :1], pair)).tolist() == [[False, True]]


@pytest.mark.parametrize("rows", [0, 1])
def test_fewer_than_two_rows_tell_nothing(rows: int) -> None:
    assert np.isnan(pair_correlations(noise(7, rows), noise(8, rows))).all()
