"""The mean of days, whatever the length of the bars that they are made of."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from argo_core.measures.daily_mean import daily_mean
from argo_core.model.bars import Bars

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)


def hours(days: int) -> Bars:
    """Twenty-four bars a day; the last of day n closes at 100 + n, all others at 1."""
    start = np.datetime64("2026-11-16T00:00", "us") + np.arange(24 * days) * np.timedelta64(1, "h")
    close = np.where(np.arange(24 * days) % 24 == 23, 100.0 + np.arange(24 * days) // 24, 1.0)
    return Bars.of("BTC-USD", "1Hour", start, np.tile(close, (5, 1)))


@pytest.mark.parametrize(("days", "mean"), [(1, 102.0), (2, 101.5), (3, 101.0)])
def test_each_day_counts_by_its_last_close(days: int, mean: float) -> None:
    assert daily_mean(hours(3), MONDAY + timedelta(days=3), days) == mean


def test_a_day_that_is_not_over_by_then_is_not_its_last_close() -> None:
    assert daily_mean(hours(3), MONDAY + timedelta(days=2), 2) == 100.5


def test_too_few_days_have_no_mean() -> None:
    assert math.isnan(daily_mean(hours(3), MONDAY + timedelta(days=3), 4))
    assert math.isnan(daily_mean(Bars.empty("AAPL"), MONDAY, 1))
    assert math.isnan(daily_mean(hours(3), MONDAY, 1))


def test_a_daily_bar_is_a_day() -> None:
    start = [np.datetime64("2026-11-16", "us"), np.datetime64("2026-11-17", "us")]
    bars = Bars.of("AAPL", "1Day", start, [[1.0, 3.0]] * 5)
    assert daily_mean(bars, MONDAY + timedelta(days=2), 2) == 2.0
