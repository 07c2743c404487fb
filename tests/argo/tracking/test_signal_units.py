"""A share that is split while a signal on it is open: the outcome is what it would be without the split."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argo_core.model.bars import Bars
from argo_core.model.outcome import Result
from argo_core.model.signal import Signal
from argo_core.tracking import cancelled_by, resolve
from argo_core.tracking.signal_units import split_since
from tests.argo.tracking.cases import LONG, SHORT, after_days, days_after

CALM = (100.0, 101.0, 99.0, 100.0)
UP, DOWN = (101.0, 106.5, 100.0, 105.0), (100.0, 101.0, 93.5, 98.0)


def split(bars: Bars, shares: float) -> Bars:
    """The bars as a vendor tells them once so many shares became of one."""
    scale = np.array([1 / shares] * 4 + [shares])[:, None]
    return Bars(bars.symbol, bars.timeframe, bars.start, bars.end, bars.values * scale)


@pytest.mark.parametrize("shares", [4.0, 2.0, 1.5, 1.25, 20.0, 50.0, 0.1, 1 / 12, 1 / 18, 0.025])
@pytest.mark.parametrize(("signal", "row"), [(LONG, UP), (LONG, DOWN), (SHORT, UP), (SHORT, DOWN)])
def test_no_outcome_knows_of_the_split(shares: float, signal: Signal, row: tuple[float, ...]) -> None:
    bars = days_after(CALM, (row[0], row[1], row[2], row[3]))
    plain, told = resolve(signal, bars, after_days(2)), resolve(signal, split(bars, shares), after_days(2))
    assert plain is not None
    assert told is not None
    assert (told.result, told.exit_at) == (plain.result, plain.exit_at)
    assert told.exit_price == pytest.approx(plain.exit_price, rel=1e-9)
    assert told.profit_loss_pct == pytest.approx(plain.profit_loss_pct, abs=1e-6)


def test_a_signal_that_lives_over_a_split_expires_in_its_own_units() -> None:
    bars = split(days_after(CALM, CALM, CALM, CALM, (100.0, 102.5, 99.0, 102.0), CALM), 4.0)
    assert resolve(LONG, bars, after_days(4)) is None
    found = resolve(LONG, bars, after_days(6))
    assert found is not None
    assert (found.result, found.exit_price, found.profit_loss_pct) == (Result.EXPIRED, 102.0, 2.0)


def test_a_touch_far_away_is_seen_over_a_split() -> None:
    wide = msgspec.structs.replace(LONG, stop_price=50.0, target_price=150.0)
    bars = split(days_after(CALM, (140.0, 151.0, 139.0, 150.0)), 1.5)
    found = resolve(wide, bars, after_days(2))
    assert found is not None
    assert (found.result, found.exit_price) == (Result.TARGET, 150.0)


def test_a_flip_after_a_split_closes_in_the_units_of_the_first() -> None:
    later = msgspec.structs.replace(SHORT, entry_price=25.5, as_of=after_days(2))
    found = cancelled_by(LONG, later, split(days_after(CALM, CALM), 4.0))
    assert (found.result, found.exit_price, found.profit_loss_pct) == (Result.CANCELLED, 102.0, 2.0)


def test_a_crash_is_no_split() -> None:
    bars = days_after((50.0, 51.0, 49.0, 50.0), (25.0, 26.0, 24.0, 25.0))
    found = resolve(LONG, bars, after_days(2))
    assert found is not None
    assert (found.result, found.exit_price) == (Result.STOP, 50.0)


def test_what_no_company_splits_by_and_a_coin_stay_as_they_are() -> None:
    coin = msgspec.structs.replace(LONG, symbol="BTC-USD")
    assert split_since(LONG, split(days_after(CALM), 1.1)) == 1.0
    assert split_since(coin, split(days_after(CALM), 4.0)) == 1.0
    assert split_since(LONG, Bars.empty("AAPL")) == 1.0


@given(
    st.sampled_from([1.5, 2.0, 3.0, 4.0, 5.0, 10.0, 0.5, 0.2, 0.1]),
    st.floats(0.0, 0.01),
    st.floats(-0.01, 0.01),
)
def test_the_ratio_is_found_beside_any_usual_bar(shares: float, width: float, off: float) -> None:
    price = 100.0 * (1.0 + off)
    bars = split(days_after((price, price * (1 + width), price * (1 - width), price)), shares)
    assert split_since(LONG, bars) == pytest.approx(shares)
