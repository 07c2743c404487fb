"""One figure of a report: a value, how far to trust it, and how many cases it is made of."""

from __future__ import annotations

import math

import msgspec

from argo_core.measures.resampled_bounds import Bounds


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """`value` in `unit` (%, % a year, times a year, money, or nothing for a ratio), None where it cannot be said.

    `low` and `high` bound it at 95 %, by the method that `interval` names; all three are None without an interval, and
    one bound alone where that side has none.
    `count` cases of `cases` (days, trades, signals) went into it.
    """

    key: str
    title: str
    unit: str
    value: float | None
    low: float | None
    high: float | None
    interval: str | None
    count: int
    cases: str


def number(value: float) -> float | None:
    """The value; None for NaN and infinity, which JSON does not know."""
    return float(value) if math.isfinite(value) else None


def figure_of(key: str, title: str, unit: str, value: float, bounds: Bounds | None, count: int, cases: str) -> Figure:
    """A figure; what is no number has no interval either."""
    kept = bounds if math.isfinite(value) else None
    return Figure(
        key=key,
        title=title,
        unit=unit,
        value=number(value),
        low=None if kept is None else number(kept.low),
        high=None if kept is None else number(kept.high),
        interval=None if kept is None else kept.method,
        count=count,
        cases=cases,
    )
