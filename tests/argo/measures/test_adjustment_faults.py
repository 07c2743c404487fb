"""Splits and dividends in prices: a jump near a known ratio, and a step between two adjusted series."""

from __future__ import annotations

import numpy as np
import pytest

from argo_core.measures.adjustment_faults import dividend_steps, split_jumps
from argo_core.model.bars import Bars
from argo_core.model.stored_series import Adjustment
from argo_core.testing.sample_history import sample_history

BARS = sample_history()


def from_row(row: int, factor: float, bars: Bars = BARS) -> Bars:
    """The same bars with prices from a row on, volume aside, times a factor."""
    values = bars.values.copy()
    values[:4, row:] *= factor
    return Bars.of(bars.symbol, bars.timeframe, bars.start, values, bars.end)


@pytest.mark.parametrize(
    ("factor", "words"), [(1 / 7, "7 for 1"), (0.25, "4 for 1"), (2 / 3, "1.5 for 1"), (10.0, "1 for 10")]
)
def test_a_jump_near_a_known_ratio_is_a_split(factor: float, words: str) -> None:
    (raw,) = split_jumps("s", from_row(30, factor), Adjustment.RAW)
    (adjusted,) = split_jumps("s", from_row(30, factor), Adjustment.SPLIT)
    assert (raw.level, adjusted.level) == ("warning", "error")
    assert words in raw.what
    assert raw.amount == pytest.approx(1 / factor, rel=0.01)
    assert str(raw.at)[:10] == "2020-01-13"


@pytest.mark.parametrize("factor", [1.0, 0.75, 0.8, 1.3, 0.58])
def test_other_jumps_are_no_splits(factor: float) -> None:
    assert list(split_jumps("s", from_row(30, factor), Adjustment.RAW)) == []


def test_coins_are_not_split() -> None:
    bars = sample_history("BTC-USD")
    assert list(split_jumps("s", from_row(30, 0.5, bars), Adjustment.RAW)) == []


def test_a_dividend_shows_with_its_amount() -> None:
    paid = 0.75
    factor = 1.0 - paid / float(BARS.close[29])
    total = from_row(0, factor)
    total = from_row(30, 1.0 / factor, total)
    (step,) = dividend_steps("s", BARS, total)
    assert (step.code, step.level, str(step.at)[:10]) == ("dividend", "note", "2020-01-13")
    assert step.amount == pytest.approx(paid, rel=1e-9)


def test_a_step_the_wrong_way_and_other_last_prices_are_errors() -> None:
    codes = [found.code for found in dividend_steps("s", BARS, from_row(30, 0.99))]
    assert codes == ["adjusted_end", "dividend_backwards"]


def test_the_same_series_has_no_steps() -> None:
    assert list(dividend_steps("s", BARS, BARS)) == []
    later = Bars.of("AAPL", "1Day", BARS.start + np.timedelta64(1, "s"), BARS.values, BARS.end)
    assert list(dividend_steps("s", BARS, later)) == []
