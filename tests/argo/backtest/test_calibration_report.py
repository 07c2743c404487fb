"""The calibration report: what confidence was worth, out of sample."""

from __future__ import annotations

import msgspec
import pytest

from argo_core.backtest.calibration_report import calibration_report
from tests.argo.backtest.resolved_samples import brier_of_base_rate, cast, honest, resolved


def test_before_200_outcomes_rates_are_told_and_probabilities_are_not() -> None:
    found = calibration_report(honest(1, 199))
    assert (found.resolved, found.needed, found.curve) == (199, 200, None)
    assert found.overall is not None
    assert (found.overall.judged, found.overall.brier, found.overall.bands) == (0, None, ())
    assert found.overall.rate_low < found.overall.rate < found.overall.rate_high


def test_a_boastful_confidence_is_brought_down_to_what_it_is_worth() -> None:
    samples = honest(2, 1200)
    found = calibration_report(samples)
    overall = found.overall
    assert found.curve is not None
    # 85 % confident means 55 %.
    assert found.curve.probability(85.0) == pytest.approx(0.55, abs=0.06)
    assert overall is not None
    assert overall.judged == 1000
    assert overall.brier is not None
    assert overall.parts is not None
    assert overall.calibration_error is not None
    assert overall.brier < brier_of_base_rate(samples)
    assert overall.parts.reliability < 0.01 < overall.parts.resolution
    assert overall.calibration_error < 0.06
    assert sum(band.count for band in overall.bands) == 1000
    # Nine of ten bands of a calibrated forecast hold it in their 95 % interval.
    assert sum(band.rate_low <= band.forecast <= band.rate_high for band in overall.bands) >= 8


def test_slices_add_up() -> None:
    samples = honest(3, 300)
    samples = [
        msgspec.structs.replace(
            each, signal=msgspec.structs.replace(each.signal, regime="BULL" if number % 3 else "BEAR")
        )
        for number, each in enumerate(samples)
    ]
    found = calibration_report(samples)
    assert found.overall is not None
    assert [(each.name, each.signals) for each in found.by_regime] == [("BEAR", 100), ("BULL", 200)]
    assert [each.name for each in found.by_confidence] == ["75–80", "80–85", "85–90", "90–95"]
    for slices in (found.by_regime, found.by_confidence):
        assert sum(each.signals for each in slices) == 300
        assert sum(each.wins for each in slices) == found.overall.wins
        assert sum(each.judged for each in slices) == found.overall.judged


def test_a_signal_belongs_to_every_source_that_voted_on_it() -> None:
    vote = cast("good", "market_data", 0.6, "LONG", 80.0)
    other = cast("coin", "technical", 0.4, "NEUTRAL", 50.0)
    found = calibration_report([resolved(1, 80.0, True, [vote, other]), resolved(2, 80.0, False, [vote])])
    assert [(each.name, each.signals, each.wins) for each in found.by_source] == [("coin", 1, 1), ("good", 2, 1)]


def test_nothing_resolved_is_an_empty_report() -> None:
    found = calibration_report([])
    assert (found.resolved, found.overall, found.by_regime, found.by_confidence) == (0, None, (), ())
