"""What the published record would have made of a capital that follows each signal with the same share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

import msgspec

from alpine_core.track_record.mean_interval import ENOUGH
from alpine_core.track_record.results import Result

START = 100.0
STAKE_PCT = 10.0
"""Which share of the capital follows each signal where nothing else is asked."""
DAYS_PER_YEAR = 365
_QUANTILE = 1.959964  # two-sided 95 % of the normal distribution


class Point(NamedTuple):
    """What 100 of the beginning are worth at the end of a UTC day."""

    day: date
    value: float


class Sharpe(NamedTuple):
    """Annualised by the square root of 365, with the 95 % interval of Lo (2002) for independent returns."""

    ratio: float
    low: float
    high: float


class Equity(msgspec.Struct, frozen=True, kw_only=True):
    """`curve` has every UTC day from the first signal to the last end; empty without results.

    `max_drawdown_pct` is the deepest fall below an earlier height, in per cent of it, from 0, looked at after each end.
    `sharpe` is None for fewer than 30 results or days, or where nothing ever moved.
    """

    curve: tuple[Point, ...]
    max_drawdown_pct: float
    sharpe: Sharpe | None


def equity_of(results: Sequence[Result], stake_pct: float = STAKE_PCT) -> Equity:
    """Of results in the order of their ends. Each changes the capital when it ends, by `stake_pct` (above 0, to 100) of
    what there is then, times its net result; a capital that is gone stays at 0."""
    if not results:
        return Equity(curve=(), max_drawdown_pct=0.0, sharpe=None)
    value = peak = START
    deepest = 0.0
    ends: dict[date, float] = {}
    for each in results:
        value = max(0.0, value * (1 + stake_pct / 100 * each.net_pct / 100))
        peak = max(peak, value)
        deepest = max(deepest, 100 * (1 - value / peak))
        ends[each.signal.closed_at.date()] = value
    curve = _by_day(first_day(results), max(ends), ends)
    sharpe = _sharpe([START, *(point.value for point in curve)]) if len(results) >= ENOUGH else None
    return Equity(curve=curve, max_drawdown_pct=deepest, sharpe=sharpe)


def first_day(results: Sequence[Result]) -> date:
    """The UTC day on which the first of these signals opened, at the latest that of the first end."""
    return min(min(each.signal.opened_at, each.signal.closed_at).date() for each in results)


def _by_day(first: date, last: date, ends: dict[date, float]) -> tuple[Point, ...]:
    points, value = [], START
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        value = ends.get(day, value)
        points.append(Point(day, value))
    return tuple(points)


def _sharpe(values: Sequence[float]) -> Sharpe | None:
    returns = [after / before - 1 if before else 0.0 for before, after in pairwise(values)]
    count = len(returns)
    if count < ENOUGH:
        return None
    mean = sum(returns) / count
    variance = sum((each - mean) ** 2 for each in returns) / (count - 1)
    if variance <= 0:
        return None
    daily = mean / math.sqrt(variance)
    reach = _QUANTILE * math.sqrt((1 + daily * daily / 2) / count)
    year = math.sqrt(DAYS_PER_YEAR)
    return Sharpe(daily * year, (daily - reach) * year, (daily + reach) * year)
