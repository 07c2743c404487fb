"""Win probabilities: nothing before 200 outcomes, and never from what they are judged on."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from numpy.random import PCG64, Generator

from argo_core.errors import ConfigError
from argo_core.measures.panel import Floats
from argo_core.tracking.win_calibration import (
    CalibrationPolicy,
    CurveKind,
    fit_calibration,
    walk_forward_probabilities,
)

HOUR = np.timedelta64(1, "h")


def cases(count: int, seed: int = 1) -> tuple[Floats, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    generator = Generator(PCG64(seed))
    confidence = generator.uniform(60.0, 100.0, count)
    return confidence, generator.random(count) < (confidence - 50.0) / 60.0


def instants(count: int) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    return np.datetime64("2026-01-01", "us") + np.arange(count) * HOUR


def test_199_outcomes_say_nothing_and_200_do() -> None:
    confidence, won = cases(200)
    assert fit_calibration(confidence[:199], won[:199], CalibrationPolicy()) is None
    found = fit_calibration(confidence, won, CalibrationPolicy())
    assert found is not None
    assert (found.kind, found.outcomes, found.wins) == (CurveKind.PLATT, 200, int(won.sum()))


def test_a_curve_turns_isotonic_with_a_thousand_outcomes() -> None:
    found = fit_calibration(*cases(1000), CalibrationPolicy())
    assert found is not None
    assert found.kind is CurveKind.ISOTONIC
    asked = np.linspace(55, 100, 20)
    assert (np.diff(found.probabilities(asked)) >= 0).all()
    # The truth is (confidence - 50) / 60.
    assert found.probability(80.0) == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("kind", [CurveKind.PLATT, CurveKind.ISOTONIC])
def test_no_probability_is_0_or_1(kind: CurveKind) -> None:
    found = fit_calibration(np.linspace(60, 100, 200), np.ones(200, dtype=np.bool_), CalibrationPolicy(kind=kind))
    assert found is not None
    assert found.probability(100.0) <= 1 - 1 / 202


def test_only_the_newest_outcomes_within_the_window_are_learned_from() -> None:
    confidence, won = cases(600)
    policy = CalibrationPolicy(window=300)
    assert fit_calibration(confidence, won, policy) == fit_calibration(confidence[300:], won[300:], policy)


@pytest.mark.parametrize(("known", "used"), [(0, 0), (199, 0), (200, 200), (224, 200), (225, 225), (260, 250)])
def test_a_curve_is_learned_anew_every_25_outcomes(known: int, used: int) -> None:
    assert CalibrationPolicy().usable(known) == used


def test_what_a_signal_is_told_does_not_depend_on_its_own_result_or_later_ones() -> None:
    confidence, won = cases(400)
    decided = instants(400)
    settled = decided + 5 * HOUR + np.timedelta64(30, "m")
    told = walk_forward_probabilities(confidence, won, decided, settled)
    for place in (210, 300, 399):
        turned = won.copy()
        # Everything that was not resolved when this signal was decided comes out the other way.
        turned[settled >= decided[place]] ^= True
        again = walk_forward_probabilities(confidence, turned, decided, settled)
        assert again[place] == told[place]
    # The signal of hour 206 is the first to know 200 outcomes: those of the hours 0 to 199 ended before hour 205.5.
    assert np.flatnonzero(~np.isnan(told))[0] == 205
    expected = fit_calibration(confidence[:200], won[:200], CalibrationPolicy())
    assert expected is not None
    assert told[205] == expected.probability(float(confidence[205]))


def test_rows_may_come_in_any_order() -> None:
    confidence, won = cases(300)
    decided, settled = instants(300), instants(300) + np.timedelta64(timedelta(minutes=30))
    mixed = Generator(PCG64(9)).permutation(300)
    told = walk_forward_probabilities(confidence, won, decided, settled)
    shuffled = walk_forward_probabilities(confidence[mixed], won[mixed], decided[mixed], settled[mixed])
    assert np.array_equal(told[mixed], shuffled, equal_nan=True)


def test_a_policy_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ConfigError, match="least <= window"):
        CalibrationPolicy(least=300, window=200)
