"""A vendor's rows → our bars: inside the asked window, complete at the moment of the call, each end known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from argo_core.adapters.vendors.answer_shape import EARLIEST, LATEST
from argo_core.adapters.vendors.refused_datum import RefusedDatum
from argo_core.errors import DataError
from argo_core.model.bars import Bars
from argo_core.model.instant import InstantArray, to_instant64
from argo_core.model.sessions import Sessions
from argo_core.model.timeframe import Timeframe

NEW_YORK, CHICAGO, UTC_ZONE = "America/New_York", "America/Chicago", "UTC"
BAD_BARS = "bad_bars"
PLAN_DELAY = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Asked:
    """Bars of `timeframe` that start in [start, end) and are complete at `now`; of a feed that is delayed, which knows
    nothing of the last `delay`, those that were complete then."""

    timeframe: Timeframe
    start: datetime
    end: datetime
    now: datetime
    delay: timedelta = timedelta(0)

    @property
    def complete_by(self) -> datetime:
        """What is known ends by then."""
        return self.now - self.delay

    def answered(self, said_at: datetime | None) -> Asked:
        """The same question, answered at this time of the vendor's. By our clock alone a bar that is still made would
        be complete where our clock is ahead; bars end with whole seconds, so equal clocks lose none."""
        return self if said_at is None else replace(self, now=min(self.now, said_at))

    def delayed(self) -> Asked:
        """The same question to a feed of a plan without the last quarter of an hour."""
        return replace(self, delay=PLAN_DELAY)


@dataclass(frozen=True, slots=True)
class Days:
    """When a vendor's day ends. `zone`: where its daily bars begin at midnight. With `sessions` a daily bar is complete
    at its session's close; without, or on a day without one, at the next midnight of the zone."""

    zone: str
    sessions: Sessions | None = None


def complete_bars(
    vendor: str, symbol: str, asked: Asked, days: Days, starts: ArrayLike, values: NDArray[np.float64]
) -> Bars | None:
    """The rows as bars, None if none is left. `starts` UTC (T,), `values` (5, T) in the order of `Bars`.

    Raises RefusedDatum for rows that no market makes: not finite, no price, unsorted, twice the same.
    """
    begin: InstantArray = np.asarray(starts, dtype="datetime64[us]")
    if len(begin) and not (to_instant64(EARLIEST) <= begin.min() and begin.max() < to_instant64(LATEST)):
        why = f"{vendor}: bars of {symbol} from no time of this market: a wrong unit?"
        raise RefusedDatum(symbol, BAD_BARS, float(len(begin)), 0.0, why)
    try:
        bars = Bars.of(symbol, asked.timeframe, begin, values, bar_ends(begin, asked.timeframe, days))
    except DataError as error:
        raise RefusedDatum(symbol, BAD_BARS, float(len(begin)), 0.0, f"{vendor}: {error}") from error
    first, last = np.searchsorted(bars.start, [to_instant64(asked.start), to_instant64(asked.end)], side="left")
    last = min(int(last), int(np.searchsorted(bars.end, to_instant64(asked.complete_by), side="right")))
    if first >= last:
        return None
    kept = slice(int(first), last)
    return Bars(symbol, asked.timeframe, bars.start[kept], bars.end[kept], bars.values[:, kept])


class Row(Protocol):
    """A bar as vendors write it."""

    @property
    def o(self) -> float: ...
    @property
    def h(self) -> float: ...
    @property
    def l(self) -> float: ...  # noqa: E743  the vendors' own letter
    @property
    def c(self) -> float: ...
    @property
    def v(self) -> float: ...


def table_of(rows: Sequence[Row]) -> NDArray[np.float64]:
    """Rows as (5, T) in the order of `Bars`; column by column, since there may be many."""
    count = len(rows)
    return np.array(
        [
            np.fromiter((row.o for row in rows), np.float64, count),
            np.fromiter((row.h for row in rows), np.float64, count),
            np.fromiter((row.l for row in rows), np.float64, count),
            np.fromiter((row.c for row in rows), np.float64, count),
            np.fromiter((row.v for row in rows), np.float64, count),
        ]
    )


def bar_ends(starts: InstantArray, timeframe: Timeframe, days: Days) -> InstantArray:
    """Since when each bar may be known, (T,)."""
    if not timeframe.is_daily:
        return starts + np.timedelta64(timeframe.seconds, "s")
    labels = _days_of(starts, days.zone)
    following = labels + np.timedelta64(max(timeframe.seconds // 86_400, 1), "D")
    next_midnights = _instants(pd.DatetimeIndex(following.astype("datetime64[us]")).tz_localize(days.zone))
    if days.sessions is None or not len(days.sessions.closes):
        return next_midnights
    closes = days.sessions.closes
    closing_days = _days_of(closes, days.zone)
    place = np.minimum(np.searchsorted(closing_days, labels), len(closes) - 1)
    with_session = (closing_days[place] == labels) & (closes[place] > starts)
    return np.where(with_session, closes[place], next_midnights).astype("datetime64[us]")


def midnights(instants: InstantArray, zone: str) -> InstantArray:
    """The midnight of the zone with which each instant's day begins, (T,)."""
    return _instants(pd.DatetimeIndex(_days_of(instants, zone).astype("datetime64[us]")).tz_localize(zone))


def instants_of_labels(labels: InstantArray, zone: str) -> InstantArray:
    """Local times without a zone as UTC, (T,). In the hour that comes twice in autumn the first is meant; one that
    spring leaves out is moved to its end."""
    index = pd.DatetimeIndex(labels)
    return _instants(index.tz_localize(zone, ambiguous=np.ones(len(index), np.bool_), nonexistent="shift_forward"))


def _days_of(instants: InstantArray, zone: str) -> NDArray[np.datetime64]:
    local = pd.DatetimeIndex(instants).tz_localize("UTC").tz_convert(zone).tz_localize(None)
    days: NDArray[np.datetime64] = local.to_numpy().astype("datetime64[D]")
    return days


def _instants(aware: pd.DatetimeIndex) -> InstantArray:
    naive: InstantArray = aware.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[us]")
    return naive
