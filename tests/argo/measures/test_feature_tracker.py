"""Successive views of a growing history: each bar is read once, whatever prices come between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from argo_core.measures.feature_tracker import FeatureTracker
from argo_core.model.bars import Bars
from argo_core.model.last_price import LastPrice
from argo_core.model.market_view import MarketView

START = datetime(2026, 3, 2, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def history(count: int) -> Bars:
    starts = np.datetime64(START.replace(tzinfo=None), "us") + np.arange(count) * np.timedelta64(15, "m")
    close = 100.0 + 0.1 * np.arange(count)
    return Bars.of("AAPL", "15Min", starts, np.array([close, close + 0.2, close - 0.2, close, close * 0 + 10.0]))


def view(count: int, at: datetime, price_at: datetime | None = None) -> MarketView:
    """The first `count` bars at `at`, with a trade at `price_at`."""
    known = MarketView.of([history(count)], at)
    if price_at is None:
        return known
    return known.with_prices({"AAPL": LastPrice(symbol="AAPL", price=109.0, at=price_at, received_at=at, feed="iex")})


def test_a_bar_that_arrives_after_a_later_trade_is_read_all_the_same() -> None:
    tracker, end = FeatureTracker(), START + 71 * QUARTER
    tracker.advance(view(70, end + timedelta(seconds=2), price_at=end + timedelta(seconds=1)))
    late = tracker.advance(view(71, end + timedelta(seconds=9)))
    assert late.features.bars_seen.tolist() == [71]


def test_a_history_that_comes_after_the_first_price_is_loaded_whole() -> None:
    tracker, end = FeatureTracker(), START + 100 * QUARTER
    empty = MarketView.of([Bars.empty("AAPL", "15Min")], end).with_prices(
        {"AAPL": LastPrice(symbol="AAPL", price=109.0, at=end, received_at=end, feed="iex")}
    )
    tracker.advance(empty)
    loaded = tracker.advance(view(100, end))
    assert (loaded.features.bars_seen.tolist(), loaded.restarted.tolist()) == ([100], [True])


def test_a_shorter_history_of_another_vendor_is_not_read_twice() -> None:
    tracker, end = FeatureTracker(), START + 90 * QUARTER
    tracker.advance(view(90, end))
    tracker.advance(view(88, end))
    assert tracker.advance(view(90, end)).features.bars_seen.tolist() == [90]


def test_a_history_told_anew_after_a_split_is_read_anew() -> None:
    tracker, end = FeatureTracker(), START + 90 * QUARTER
    tracker.advance(view(90, end))
    halved = history(91)
    adjusted = Bars.of("AAPL", "15Min", halved.start, np.vstack([halved.values[:4] / 4.0, halved.values[4:]]))
    after = tracker.advance(MarketView.of([adjusted], end + QUARTER))
    assert (after.features.bars_seen.tolist(), after.restarted.tolist()) == ([91], [True])
    assert after.features.sigma20[0] < 0.01, "the split itself is no move"


def test_a_bar_that_is_corrected_by_a_little_starts_nothing_anew() -> None:
    tracker, end = FeatureTracker(), START + 90 * QUARTER
    tracker.advance(view(90, end))
    other = history(91)
    corrected = Bars.of("AAPL", "15Min", other.start, np.vstack([other.values[:4] * 1.01, other.values[4:]]))
    assert tracker.advance(MarketView.of([corrected], end + QUARTER)).restarted.tolist() == [False]


def two(first: Bars, second: Bars, at: datetime) -> MarketView:
    return MarketView.of([first, second], at)


def other(count: int) -> Bars:
    bars = history(count)
    return Bars.of("MSFT", "15Min", bars.start, bars.values)


def test_a_history_told_anew_leaves_the_other_symbols_readings_as_they_are() -> None:
    tracker, end = FeatureTracker(), START + 200 * QUARTER
    tracker.advance(two(history(200), other(200), end))
    whole = history(201)
    adjusted = Bars.of("AAPL", "15Min", whole.start, np.vstack([whole.values[:4] / 4.0, whole.values[4:]]))
    shorter = other(201).last(100)
    after = tracker.advance(two(adjusted, shorter, end + QUARTER))
    assert after.restarted.tolist() == [True, False]
    assert after.features.bars_seen.tolist() == [201, 201], "the other's 200 bars are still known"
    assert after.features.close[0] == np.log(adjusted.close[-1])


def test_a_false_bar_that_is_told_rightly_later_on_leaves_no_trace() -> None:
    right = history(110)
    values = right.values.copy()
    values[:4, 99] *= 1.1
    wrong = Bars.of("AAPL", "15Min", right.start, values)
    tracker = FeatureTracker()
    for count in (100, 105):
        tracker.advance(MarketView.of([wrong], START + count * QUARTER))
    after = tracker.advance(MarketView.of([right], START + 110 * QUARTER))
    clean = FeatureTracker().advance(MarketView.of([right], START + 110 * QUARTER))
    assert after.restarted.tolist() == [True]
    assert (after.features.sigma20[0], after.features.atr[0]) == (clean.features.sigma20[0], clean.features.atr[0])


def test_a_short_history_told_anew_is_read_anew_too() -> None:
    tracker = FeatureTracker()
    tracker.advance(MarketView.of([history(30)], START + 30 * QUARTER))
    whole = history(31)
    halved = Bars.of("AAPL", "15Min", whole.start, np.vstack([whole.values[:4] / 2.0, whole.values[4:]]))
    after = tracker.advance(MarketView.of([halved], START + 31 * QUARTER))
    assert after.features.bars_seen.tolist() == [31]
    assert after.features.sigma20[0] < 0.01
