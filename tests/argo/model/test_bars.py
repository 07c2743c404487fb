"""Malformed bars stop at the door, each with the code of the rule that it breaks."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argo_core.errors import DataError
from argo_core.model.bars import Bars
from argo_core.model.market_view import MarketView

MINUTES = np.array(["2026-01-02T15:00", "2026-01-02T15:01", "2026-01-02T15:02"], dtype="datetime64[us]")
GOOD = np.array([[10.0, 11.0, 12.0], [11.0, 12.0, 13.0], [9.0, 10.0, 11.0], [10.5, 11.5, 12.5], [1.0, 0.0, 5.0]])


def spoiled(row: int, column: int, value: float) -> np.ndarray:
    values = GOOD.copy()
    values[row, column] = value
    return values


@pytest.mark.parametrize(
    ("values", "code"),
    [
        (spoiled(0, 1, np.nan), "not_finite"),
        (spoiled(4, 2, np.inf), "not_finite"),
        (spoiled(2, 0, 0.0), "bad_price"),
        (spoiled(2, 0, -1.0), "bad_price"),
        (spoiled(4, 0, -1.0), "bad_volume"),
        (spoiled(1, 0, 10.2), "bad_range"),
        (spoiled(2, 0, 10.2), "bad_range"),
        (GOOD[:4], "bad_shape"),
        (GOOD[:, :2], "bad_shape"),
    ],
)
def test_a_malformed_table_is_refused(values: np.ndarray, code: str) -> None:
    with pytest.raises(DataError) as refused:
        Bars.of("AAPL", "1Min", MINUTES, values)
    assert refused.value.code == code
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("order", [[0, 0, 1], [1, 0, 2], [2, 1, 0]])
def test_bars_out_of_order_are_refused(order: list[int]) -> None:
    with pytest.raises(DataError) as refused:
        Bars.of("AAPL", "1Min", MINUTES[order], GOOD)
    assert refused.value.code == "bad_order"


def test_a_missing_time_is_refused() -> None:
    with pytest.raises(DataError) as refused:
        Bars.of("AAPL", "1Min", [MINUTES[0], np.datetime64("NaT"), MINUTES[2]], GOOD)
    assert refused.value.code == "bad_order"


@pytest.mark.parametrize("symbol", ["", "aapl", "A" * 33, "AAPL\n", "ÄAPL", "-A", "A B"])
def test_a_symbol_of_another_form_is_refused(symbol: str) -> None:
    with pytest.raises(DataError) as refused:
        Bars.of(symbol, "1Min", MINUTES, GOOD)
    assert refused.value.code == "bad_symbol"


@pytest.mark.parametrize("timeframe", ["", "0Min", "1min", "1M", "Min", "1Week", "1Min\n"])
def test_a_timeframe_of_another_form_is_refused(timeframe: str) -> None:
    with pytest.raises(DataError) as refused:
        Bars.of("AAPL", timeframe, MINUTES, GOOD)
    assert refused.value.code == "bad_timeframe"


def test_bars_cannot_be_changed_and_do_not_share_the_callers_array() -> None:
    mine = GOOD.copy()
    bars = Bars.of("AAPL", "1Min", MINUTES, mine)
    mine[3, 2] = 99.0
    assert bars.close[2] == 12.5
    with pytest.raises(ValueError, match="read-only"):
        bars.values[3, 2] = 99.0


def test_a_view_holds_nothing_that_ends_later() -> None:
    bars = Bars.of("AAPL", "1Min", MINUTES, GOOD)
    view = MarketView.of([bars], datetime(2026, 1, 2, 15, 2, tzinfo=UTC))
    assert len(view.bars[0]) == 2
    assert view.price.tolist() == [11.5]
    assert MarketView.of([bars], datetime(2026, 1, 2, 15, 1, 59, tzinfo=UTC)).price.tolist() == [10.5]


def test_a_view_before_all_bars_has_no_price_rather_than_an_invented_one() -> None:
    view = MarketView.of([Bars.of("AAPL", "1Min", MINUTES, GOOD)], datetime(2026, 1, 1, tzinfo=UTC))
    assert np.isnan(view.price[0])
    assert np.isnat(view.price_at[0])
    assert np.isnan(view.age_seconds()[0])


def test_a_view_without_a_timezone_is_refused() -> None:
    with pytest.raises(DataError) as refused:
        MarketView.of([], datetime(2026, 1, 1))  # noqa: DTZ001 - the attack itself
    assert refused.value.code == "naive_time"


def test_a_frame_with_local_times_becomes_utc() -> None:
    index = pd.DatetimeIndex(["2026-01-02 10:00", "2026-07-02 10:00"])
    frame = pd.DataFrame(
        {"Open": [1.0, 1], "High": [2.0, 2], "Low": [0.5, 0.5], "Close": [1.0, 1], "Volume": [0, 0]}, index
    )
    bars = Bars.from_frame("AAPL", frame, "1Min", timezone="America/New_York")
    assert [str(start) for start in bars.start.astype("datetime64[m]")] == ["2026-01-02T15:00", "2026-07-02T14:00"]


def test_a_frame_that_lacks_columns_is_refused_by_their_names() -> None:
    frame = pd.DataFrame({"open": [1.0], "close": [1.0]}, pd.DatetimeIndex(["2026-01-02"]))
    with pytest.raises(DataError, match="high, low, volume"):
        Bars.from_frame("AAPL", frame, "1Day")


CELL = st.one_of(st.floats(), st.integers(-10, 1000).map(float))


@settings(max_examples=1000, deadline=None)
@given(st.lists(st.lists(CELL, min_size=4, max_size=4), min_size=5, max_size=5), st.permutations([0, 1, 2, 3]))
def test_whatever_bars_come_they_are_sound_or_refused_in_one_line(table: list[list[float]], order: list[int]) -> None:
    minutes = MINUTES[0] + np.array(order) * np.timedelta64(1, "m")
    try:
        bars = Bars.of("AAPL", "1Min", minutes, table)
    except DataError as error:
        assert "\n" not in str(error)
        return
    assert np.isfinite(bars.values).all()
    assert (bars.low <= np.minimum(bars.open, bars.close)).all()
    assert (bars.high >= np.maximum(bars.open, bars.close)).all()
    assert (bars.values[:4] > 0).all()
    assert order == [0, 1, 2, 3]
