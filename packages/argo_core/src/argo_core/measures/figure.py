"""One figure of a report: a value, how far to trust it, and how many cases it is made of."""

from __future__ import annotations

import math

import msgspec


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
