"""What became of a signal, case by case, in literal numbers."""

from __future__ import annotations

import pytest

from argo_core.model.bars import Bars
from argo_core.model.outcome import Result
from argo_core.model.signal import Signal
from argo_core.tracking import cancelled_by, resolve
from tests.argo.tracking.cases import LONG, SHORT, after_days, days_after

CALM = (100.0, 101.0, 99.0, 100.0)
CRASH = (90.0, 91.0, 89.0, 90.0)
Rows = list[tuple[float, float, float, float]]
CASES = [
    ("target touched", LONG, [CALM, (101.0, 106.0, 100.0, 105.0)], "win", Result.TARGET, 106.0, 6.0),
    ("stop touched", LONG, [CALM, (100.0, 101.0, 97.0, 98.0)], "loss", Result.STOP, 97.0, -3.0),
    ("both in one bar is a loss", LONG, [(100.0, 107.0, 96.0, 105.0)], "loss", Result.STOP, 97.0, -3.0),
    ("an open beyond the stop exits worse", LONG, [(95.0, 96.0, 94.0, 95.5)], "loss", Result.STOP, 95.0, -5.0),
    ("an open beyond the target exits at it", LONG, [(110.0, 111.0, 108.0, 110.0)], "win", Result.TARGET, 106.0, 6.0),
    ("the first touch decides", LONG, [(105.0, 106.5, 104.0, 106.0), CRASH], "win", Result.TARGET, 106.0, 6.0),
    ("a short wins below", SHORT, [(96.0, 97.0, 94.0, 95.0)], "win", Result.TARGET, 94.0, 6.0),
    ("a short loses above", SHORT, [(102.0, 103.0, 101.0, 102.0)], "loss", Result.STOP, 103.0, -3.0),
    ("a short gapped over exits worse", SHORT, [(104.0, 105.0, 103.5, 104.0)], "loss", Result.STOP, 104.0, -4.0),
]  # fmt: skip


@pytest.mark.parametrize(
    ("signal", "rows", "outcome", "result", "exit_price", "percent"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_touches(
    signal: Signal,
    rows: Rows,
    outcome: str,
    result: Result,
    exit_price: float,
    percent: float,
) -> None:
    found = resolve(signal, days_after(*rows), after_days(len(rows)))
    assert found is not None
    assert (found.outcome, found.result, found.exit_price) == (outcome, result, exit_price)
    assert found.profit_loss_pct == pytest.approx(percent)


def test_a_signal_stays_open_while_nothing_is_touched() -> None:
    assert resolve(LONG, days_after(CALM, CALM), after_days(2)) is None


def test_the_bar_that_led_to_the_signal_cannot_decide_it() -> None:
    wild_entry = days_after(CALM)
    values = wild_entry.values.copy()
    values[2, 0] = 50.0
    assert resolve(LONG, Bars.of("AAPL", "1Day", wild_entry.start, values), after_days(1)) is None


def test_a_signal_that_outlives_its_horizon_expires_at_the_last_close_before_it() -> None:
    rows = [CALM, CALM, CALM, CALM, (100.0, 102.5, 99.0, 102.0), (102.0, 120.0, 80.0, 110.0)]
    found = resolve(LONG, days_after(*rows), after_days(6))
    assert found is not None
    assert (found.outcome, found.result, found.exit_price) == ("expired", Result.EXPIRED, 102.0)
    assert found.exit_at == after_days(5)
    assert found.profit_loss_pct == pytest.approx(2.0)


def test_a_flip_closes_the_open_signal_at_the_price_of_the_new_one() -> None:
    found = cancelled_by(LONG, SHORT, Bars.empty("AAPL"))
    assert (found.outcome, found.result, found.exit_price, found.profit_loss_pct) == (
        "expired",
        Result.CANCELLED,
        100.0,
        0.0,
    )
