"""Rates with the interval that the sample size allows."""

from __future__ import annotations

import pytest

from argo_core.errors import DataError
from argo_core.model.query import SignalStatistics
from argo_core.reports.rates import Rate, rate, rated, win_rate
from argo_core.testing.sample_cycles import MOMENT

COUNTS = SignalStatistics(
    signals=20,
    open=10,
    wins=6,
    losses=4,
    last_hour=2,
    decisions=50,
    vetoed=25,
    repeats=5,
    cycles=9,
    symbols=2,
    by_symbol={"AAPL": 20},
    by_action={"BUY": 20},
    by_regime={"BULL": 20},
    by_veto={"below_threshold": 25},
    average_win_pct=2.0,
    average_loss_pct=-1.5,
)


@pytest.mark.parametrize(
    ("count", "n", "expected"),
    [
        (6, 10, Rate(count=6, n=10, rate_pct=60.0, low_pct=31.2674, high_pct=83.1820)),
        (0, 10, Rate(count=0, n=10, rate_pct=0.0, low_pct=0.0, high_pct=27.7533)),
        (0, 0, Rate(count=0, n=0, rate_pct=None, low_pct=0.0, high_pct=100.0)),
    ],
)
def test_a_rate_carries_its_interval(count: int, n: int, expected: Rate) -> None:
    assert rate(count, n) == expected


def test_more_successes_than_trials_are_refused() -> None:
    with pytest.raises(DataError, match="11 successes out of 10"):
        rate(11, 10)


def test_wins_are_counted_of_resolved_signals_and_vetoes_of_decisions() -> None:
    report = rated(COUNTS, MOMENT)
    assert (report.win_rate.count, report.win_rate.n) == (6, 10)
    assert (report.veto_rate.rate_pct, report.counted_at, report.signals) == (50.0, MOMENT, 20)


def test_the_win_rate_names_wins_losses_and_averages() -> None:
    report = win_rate(COUNTS)
    assert (report.wins, report.losses, report.completed, report.n, report.open) == (6, 4, 10, 10, 10)
    assert (report.win_rate, report.interval, report.level) == (60.0, (31.2674, 83.1820), 0.95)
    assert (report.average_win_pct, report.average_loss_pct) == (2.0, -1.5)
