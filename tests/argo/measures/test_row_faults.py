"""Rows that are no bars are named, each with its bar, and sound rows never."""

from __future__ import annotations

import numpy as np
import pytest

from argo_core.measures.row_faults import is_sound, row_faults
from argo_core.model.instant import from_instant64
from argo_core.model.raw_bars import RawBars
from argo_core.testing.sample_history import sample_history

BARS = RawBars.of(sample_history())
NAT = np.datetime64("NaT")


def planted(row: int, column: int | None = None, value: float = 0.0, **times: np.datetime64) -> RawBars:
    """The sound rows with one thing changed."""
    start, end, values = BARS.start.copy(), BARS.end.copy(), BARS.values.copy()
    if column is not None:
        values[column, row] = value
    start[row], end[row] = times.get("start", start[row]), times.get("end", end[row])
    return RawBars(BARS.symbol, BARS.timeframe, start, end, values)


def test_sound_rows_have_no_fault() -> None:
    assert list(row_faults("s", BARS)) == []
    assert is_sound(BARS)


@pytest.mark.parametrize(
    ("rows", "code", "amount"),
    [
        (planted(5, 3, np.nan), "not_finite", None),
        (planted(5, 4, np.inf), "not_finite", None),
        (planted(5, 4, -2.0), "bad_volume", -2.0),
        (planted(5, 1, 99.0), "bad_range", -0.55),
        (planted(5, start=BARS.start[4]), "duplicate", 0.01),
        (planted(5, start=BARS.start[3] + np.timedelta64(1, "s")), "unsorted", 86399.0),
        (planted(5, end=BARS.start[5]), "bad_end", None),
    ],
)
def test_each_fault_is_named_with_its_bar_and_amount(rows: RawBars, code: str, amount: float | None) -> None:
    (found,) = list(row_faults("AAPL 1Day raw", rows))
    assert (found.code, found.series, found.level) == (code, "AAPL 1Day raw", "error")
    assert found.at == from_instant64(rows.start[5])
    assert found.amount == (None if amount is None else pytest.approx(amount))


@pytest.mark.parametrize("price", [0.0, -1.0])
def test_a_price_of_nothing_is_no_price(price: float) -> None:
    rows = planted(5, 2, price)
    assert [(found.code, found.amount) for found in row_faults("s", rows)] == [("bad_price", price)]


def test_a_row_without_a_time_is_said_without_one() -> None:
    (found,) = list(row_faults("s", planted(0, start=NAT)))
    assert (found.code, found.at) == ("not_finite", None)
