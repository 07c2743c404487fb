"""Holes and jumps in a history: what is missing, what is a split, and what is only a market."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from argo_core.measures.bar_gaps import bars_behind, longest_gap_bars
from argo_core.measures.price_jump import jump_ratio, restated_by
from argo_core.model.bars import Bars
from argo_core.model.sessions import Sessions
from argo_core.model.timeframe import Timeframe

DAY = datetime(2026, 3, 2, tzinfo=UTC)


def bars(symbol: str, minutes: list[int], close: float = 100.0) -> Bars:
    starts = np.array([np.datetime64("2026-03-02T00:00", "us") + np.timedelta64(each, "m") for each in minutes])
    closes = np.full(len(minutes), close)
    return Bars.of(symbol, "15Min", starts, np.array([closes, closes + 1, closes - 1, closes, closes * 0 + 1.0]))


@pytest.mark.parametrize(
    ("symbol", "minutes", "missing"),
    [
        ("AAPL", [], 0.0),
        ("AAPL", [0], 0.0),
        ("AAPL", [0, 15, 30], 0.0),
        ("AAPL", [0, 15, 75], 3.0),
        ("AAPL", [1425, 1440 + 870], 0.0),  # overnight
        ("BTC-USD", [1425, 1440 + 870], 58.0),
    ],
)
def test_the_longest_hole_in_bars(symbol: str, minutes: list[int], missing: float) -> None:
    assert longest_gap_bars(bars(symbol, minutes), 60) == missing


def test_a_hole_of_long_ago_is_past() -> None:
    assert longest_gap_bars(bars("BTC-USD", [0, 300, *range(315, 315 + 15 * 10, 15)]), 10) == 0.0


def test_a_jump_is_told_from_the_last_close_to_the_next_open_whatever_its_side() -> None:
    assert jump_ratio(bars("AAPL", [0, 15]), bars("AAPL", [15, 30], close=25.0)) == 4.0
    assert jump_ratio(bars("AAPL", [0, 15]), bars("AAPL", [30], close=200.0)) == 2.0
    assert jump_ratio(bars("AAPL", [0, 15]), bars("AAPL", [0, 15], close=25.0)) == 1.0
    assert jump_ratio(bars("AAPL", []), bars("AAPL", [0], close=25.0)) == 1.0


def test_a_history_told_anew_shows_by_how_much_it_was_restated() -> None:
    known = bars("AAPL", [0, 15])
    assert restated_by(known, bars("AAPL", [0, 15, 30], close=25.0)) == 4.0
    assert restated_by(known, bars("AAPL", [0, 15, 30], close=101.0)) is None
    assert restated_by(known, bars("AAPL", [30], close=25.0)) is None
    assert restated_by(known, bars("AAPL", [])) is None


WEEK = Sessions(
    "XNYS",
    np.array(["2026-03-06T14:30", "2026-03-09T13:30"], dtype="datetime64[us]"),
    np.array(["2026-03-06T21:00", "2026-03-09T20:00"], dtype="datetime64[us]"),
)
FRIDAYS_END = datetime(2026, 3, 6, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("symbol", "frame", "at", "behind"),
    [
        ("AAPL", "15Min", datetime(2026, 3, 8, 12, tzinfo=UTC), 0.0),  # a weekend
        ("AAPL", "15Min", datetime(2026, 3, 9, 14, tzinfo=UTC), 2.0),  # half an hour of Monday
        ("AAPL", "15Min", FRIDAYS_END, 0.0),
        ("AAPL", "1Day", datetime(2026, 3, 9, 19, tzinfo=UTC), 0.0),
        ("AAPL", "1Day", datetime(2026, 3, 9, 20, tzinfo=UTC), 1.0),
        ("BTC-USD", "15Min", datetime(2026, 3, 6, 22, tzinfo=UTC), 4.0),
    ],
)
def test_bars_fall_behind_by_trading_time_only(symbol: str, frame: str, at: datetime, behind: float) -> None:
    assert bars_behind(symbol, Timeframe.parse(frame), FRIDAYS_END, at, WEEK) == behind


def test_without_sessions_shares_count_as_traded_round_the_clock() -> None:
    assert bars_behind("AAPL", Timeframe.parse("15Min"), DAY, datetime(2026, 3, 2, 1, tzinfo=UTC), None) == 4.0
