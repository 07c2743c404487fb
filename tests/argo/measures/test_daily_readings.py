"""One reading per day: live and in batch, against the plainest reading of the rule."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from argo_core.errors import DataError
from argo_core.measures.daily_panel import daily_panel
from argo_core.measures.daily_readings import DailyReadings

NAN = float("nan")
Row = list[tuple[int, float, float]]

readings = st.tuples(
    st.integers(0, 2),  # days since the bar before
    st.one_of(st.just(NAN), st.integers(0, 12).map(float)),
    st.integers(-9, 9).map(float),
)


@st.composite
def rows_of_readings(draw: st.DrawFn, longest: int = 40) -> list[Row]:
    """1 to 4 symbols of different length: (day, volatility, close), days not falling."""
    rows = draw(st.lists(st.lists(readings, max_size=longest), min_size=1, max_size=4))
    return [[(sum(bar[0] for bar in row[: at + 1]), *bar[1:]) for at, bar in enumerate(row)] for row in rows]


def by_the_rule(row: Row, days: int, minimum: int) -> tuple[float, float]:
    """The last reading of each day, the last `days` of them, their median and highest close."""
    last = list({day: (volatility, close) for day, volatility, close in row}.values())[-days:]
    known = [volatility for volatility, _ in last if not np.isnan(volatility)]
    return (
        float(np.median(known)) if len(known) >= minimum else NAN,
        max((close for _, close in last), default=NAN),
    )


def panel_of(rows: list[Row]) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Days, volatilities and closes (S, T), right-aligned; day -1 and NaN before a row's first bar."""
    time = max(len(row) for row in rows)
    filled = np.array([[(-1, NAN, NAN)] * (time - len(row)) + row for row in rows], dtype=np.float64)
    table = filled.reshape(len(rows), time, 3)
    return table[..., 0].astype(np.int64), table[..., 1], table[..., 2]


@given(rows_of_readings(), st.lists(st.integers(2, 9), min_size=4, max_size=4), st.integers(1, 4))
def test_live_readings_follow_the_rule_after_each_bar(rows: list[Row], days: list[int], minimum: int) -> None:
    live = DailyReadings(days[: len(rows)], minimum)
    for bar in range(max(len(row) for row in rows)):
        fed = [number for number, row in enumerate(rows) if bar < len(row)]
        day, volatility, close = zip(*(rows[number][bar] for number in fed), strict=True)
        live.update(fed, day, volatility, close)
        expected = [by_the_rule(row[: bar + 1], days[number], minimum) for number, row in enumerate(rows)]
        np.testing.assert_array_equal(live.median_volatility(), [median for median, _ in expected])
        np.testing.assert_array_equal(live.high_close(), [high for _, high in expected])


@given(rows_of_readings(), st.lists(st.integers(2, 9), min_size=4, max_size=4), st.integers(1, 4))
def test_the_panel_follows_the_rule_at_each_bar(rows: list[Row], days: list[int], minimum: int) -> None:
    panel = daily_panel(*panel_of(rows), days[: len(rows)], minimum)
    time = panel.high_close.shape[1]
    for number, row in enumerate(rows):
        expected = [(NAN, NAN)] * (time - len(row))
        expected += [by_the_rule(row[: at + 1], days[number], minimum) for at in range(len(row))]
        np.testing.assert_array_equal(panel.median_volatility[number], [median for median, _ in expected])
        np.testing.assert_array_equal(panel.high_close[number], [high for _, high in expected])


@given(rows_of_readings(), st.lists(st.integers(2, 9), min_size=4, max_size=4), st.integers(0, 40))
def test_a_loaded_history_continues_as_if_it_had_been_fed(rows: list[Row], days: list[int], cut: int) -> None:
    day, volatility, close = panel_of(rows)
    live = DailyReadings(days[: len(rows)], 2)
    loaded = live.load(None, day[:, :cut], volatility[:, :cut], close[:, :cut])
    whole = daily_panel(day, volatility, close, days[: len(rows)], 2)
    np.testing.assert_array_equal(loaded.median_volatility, whole.median_volatility[:, :cut])
    for bar in range(cut, close.shape[1]):
        fed = np.flatnonzero(~np.isnan(close[:, bar]))
        live.update(fed, day[fed, bar], volatility[fed, bar], close[fed, bar])
    if close.shape[1]:
        np.testing.assert_array_equal(live.median_volatility(), whole.median_volatility[:, -1])
        np.testing.assert_array_equal(live.high_close(), whole.high_close[:, -1])


@given(rows_of_readings(), st.integers(0, 40), st.integers(2, 9))
def test_later_bars_move_no_reading(rows: list[Row], cut: int, days: int) -> None:
    day, volatility, close = panel_of(rows)
    whole = daily_panel(day, volatility, close, days, 2)
    shortened = daily_panel(day[:, :cut], volatility[:, :cut], close[:, :cut], days, 2)
    changed = close.copy()
    changed[:, cut:] += 40.0
    perturbed = daily_panel(day, np.where(np.arange(day.shape[1]) < cut, volatility, 99.0), changed, days, 2)
    for other in (shortened, perturbed):
        np.testing.assert_array_equal(other.median_volatility[:, :cut], whole.median_volatility[:, :cut])
        np.testing.assert_array_equal(other.high_close[:, :cut], whole.high_close[:, :cut])


def test_a_day_counts_once_with_its_last_bar_by_hand() -> None:
    live = DailyReadings([3], minimum=1)
    seen = []
    for day, volatility, close in [(5, 1.0, 10.0), (5, 3.0, 8.0), (6, 5.0, 9.0), (9, 4.0, 7.0), (10, 9.0, 6.0)]:
        live.update(None, day, [volatility], [close])
        seen.append((live.median_volatility()[0], live.high_close()[0]))
    assert seen == [(1.0, 10.0), (3.0, 8.0), (4.0, 9.0), (4.0, 9.0), (5.0, 9.0)]


def test_one_symbol_may_be_given_flat() -> None:
    panel = daily_panel([1, 1, 2, 3], [1.0, 3.0, 5.0, NAN], [4.0, 2.0, 3.0, 1.0], 2, 1)
    assert panel.median_volatility.tolist() == [1.0, 3.0, 4.0, 5.0]
    assert panel.high_close.tolist() == [4.0, 2.0, 3.0, 3.0]


def test_below_the_minimum_of_readings_there_is_no_median() -> None:
    live = DailyReadings([9], minimum=3)
    medians = []
    for day, volatility in enumerate([1.0, NAN, 2.0, 6.0]):
        live.update(None, day, [volatility], [1.0])
        medians.append(live.median_volatility()[0])
    np.testing.assert_array_equal(medians, [NAN, NAN, NAN, 2.0])


def test_grown_readings_keep_the_present_symbols() -> None:
    live = DailyReadings([2], minimum=1)
    for day in range(3):
        live.update([0], day, [float(day)], [float(day)])
    live.grow([5, 3])
    for day in range(3, 8):
        live.update([0, 1], day, [float(day)] * 2, [-float(day)] * 2)
    np.testing.assert_array_equal(live.median_volatility(), [6.5, 5.0, NAN])
    np.testing.assert_array_equal(live.high_close(), [-6.0, -3.0, NAN])


REFUSED = {
    "an earlier day": ([0, 1], [8, 6], [1.0, 1.0], [1.0, 1.0], "bad_order"),
    "a fraction of a day": ([0], [8.5], [1.0], [1.0], "bad_order"),
    "a negative volatility": ([0], [8], [-0.1], [1.0], "bad_volatility"),
    "an infinite volatility": ([0], [8], [float("inf")], [1.0], "bad_volatility"),
    "a close that is no number": ([0], [8], [1.0], [NAN], "not_finite"),
    "a row named twice": ([0, 0], [8, 8], [1.0, 1.0], [1.0, 1.0], "bad_rows"),
    "too few closes": ([0, 1], [8, 8], [1.0, 1.0], [1.0], "bad_shape"),
    "too many days": ([0], [8, 9], [1.0], [1.0], "bad_shape"),
}


@pytest.mark.parametrize(("rows", "day", "volatility", "close", "code"), REFUSED.values(), ids=REFUSED)
def test_a_refused_reading_changes_nothing(
    rows: list[int], day: list[float], volatility: list[float], close: list[float], code: str
) -> None:
    live = DailyReadings([3, 3], minimum=1)
    for past in (5, 6, 7):
        live.update(None, past, [2.0, 3.0], [4.0, 5.0])
    with pytest.raises(DataError) as refusal:
        live.update(rows, day, volatility, close)
    assert refusal.value.code == code
    assert live.median_volatility().tolist() == [2.0, 3.0]
    assert live.high_close().tolist() == [4.0, 5.0]


def test_histories_out_of_order_and_empty_settings_are_refused() -> None:
    closes = np.ones((1, 3))
    attempts: list[tuple[str, Callable[[], object]]] = [
        ("bad_order", lambda: daily_panel([3, 2, 4], closes, closes, 5)),
        ("bad_order", lambda: DailyReadings([5]).load(None, [3, 2, 4], closes, closes)),
        ("bad_shape", lambda: DailyReadings([5]).load(None, [1, 2, 3], closes, np.ones((2, 3)))),
        ("bad_shape", lambda: daily_panel([1, 2, 3], closes, closes, [5, 5])),
        ("bad_period", lambda: daily_panel([1, 2, 3], closes, closes, 1)),
        ("bad_period", lambda: daily_panel([1, 2, 3], closes, closes, 5, 0)),
        ("bad_period", lambda: DailyReadings([5, 1])),
        ("bad_period", lambda: DailyReadings([5.5])),
        ("bad_period", lambda: DailyReadings([5], 0)),
    ]
    for code, attempt in attempts:
        with pytest.raises(DataError) as refusal:
            attempt()
        assert refusal.value.code == code
