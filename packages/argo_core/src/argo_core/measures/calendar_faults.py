"""Bars against the calendar: what is missing, what is on a day without trading, what lies hours beside its session."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from argo_core.measures.local_days import local_days, local_times
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.bars import Bars
from argo_core.model.instant import InstantArray, from_instant64
from argo_core.model.series_finding import Finding, Level
from argo_core.model.sessions import Sessions

DAY = np.timedelta64(86_400, "s")
MINUTE = np.timedelta64(60, "s")
QUARTER_MINUTES = 15


def calendar_faults(series: str, bars: Bars, zone: str, sessions: Sessions | None) -> Iterator[Finding]:
    """Gaps (warnings), bars on days without a session and bars that lie hours beside their session (errors).

    Coins are expected round the clock, shares in `sessions`; bars of more than a day are not held against a calendar,
    nor are shares without sessions. Sessions outside the bars' own period are left out.
    """
    if len(bars) < 2 or bars.timeframe.seconds > DAY / np.timedelta64(1, "s"):
        return
    if asset_type_of(bars.symbol) is AssetType.CRYPTO:
        yield from _round_the_clock(series, bars)
    elif sessions is not None and bars.timeframe.is_daily:
        yield from _daily(series, bars, zone, sessions)
    elif sessions is not None:
        yield from _in_sessions(series, bars, sessions)


def _round_the_clock(series: str, bars: Bars) -> Iterator[Finding]:
    length = np.timedelta64(bars.timeframe.seconds, "s")
    for row in np.flatnonzero(np.diff(bars.start) > length):
        missing = int((bars.start[row + 1] - bars.start[row]) / length) - 1
        if missing:
            yield _gap(series, bars.start[row] + length, missing, "bars are missing")


def _daily(series: str, bars: Bars, zone: str, sessions: Sessions) -> Iterator[Finding]:
    beside = local_times(bars.start, zone) - local_days(bars.start, zone)
    yield from _shifts(series, bars.start, (beside / MINUTE).astype(np.float64), f"after midnight in {zone}")
    # A bar that begins late in the evening is the next day's, told in another zone: said above, not again below.
    days = local_days(bars.start + DAY // 2, zone)
    closing = local_days(sessions.closes, zone)
    expected = np.unique(closing[(closing >= days[0]) & (closing <= days[-1])])
    for row in np.flatnonzero(~np.isin(days, expected)):
        yield Finding(
            series=series, code="closed_day", level=Level.ERROR, at=from_instant64(bars.start[row]), amount=None,
            count=1, what=f"a bar of {days[row]}, when {sessions.exchange} was shut",
        )  # fmt: skip
    for first, count in _runs(~np.isin(expected, days)):
        day = expected[first].astype("datetime64[us]")
        yield _gap(series, day, count, f"sessions of {sessions.exchange} without a bar")


def _in_sessions(series: str, bars: Bars, sessions: Sessions) -> Iterator[Finding]:
    first = int(np.searchsorted(sessions.closes, bars.start[0]))
    last = int(np.searchsorted(sessions.opens, bars.end[-1]))
    opens, closes = sessions.opens[first:last], sessions.closes[first:last]
    middle = opens + (closes - opens) // 2
    reach = np.timedelta64(9, "h")
    low, high = np.searchsorted(bars.start, middle - reach), np.searchsorted(bars.start, middle + reach)
    seen = high > low
    begins, ends = opens.copy(), closes.copy()
    begins[seen], ends[seen] = bars.start[low[seen]], bars.end[high[seen] - 1]
    early, late = ((begins - opens) / MINUTE).astype(np.float64), ((ends - closes) / MINUTE).astype(np.float64)
    # Both ends are off by the same: the session was not cut or stretched, its clock was another.
    moved = np.where((early == late) & (early % QUARTER_MINUTES == 0), early, 0.0)
    yield from _shifts(series, begins, moved, f"after the session of {sessions.exchange}")
    length = np.timedelta64(bars.timeframe.seconds, "s")
    wanted = -((opens - closes) // length)
    inside = np.searchsorted(bars.start, closes) - np.searchsorted(bars.end, opens, side="right")
    lacking = np.where(moved == 0.0, np.maximum(wanted - inside, 0), 0)
    for row in np.flatnonzero(lacking):
        yield _gap(series, opens[row], int(lacking[row]), "bars of this session are missing")


def _shifts(series: str, at: InstantArray, minutes: NDArray[np.float64], where: str) -> Iterator[Finding]:
    """One error for each run of the same shift."""
    edges = np.flatnonzero(np.diff(minutes, prepend=0.0, append=0.0))
    for first, last in itertools.pairwise(edges):
        if minutes[first]:
            yield Finding(
                series=series, code="time_shift", level=Level.ERROR, at=from_instant64(at[first]),
                amount=float(minutes[first]), count=int(last - first),
                what=f"bars begin this many minutes {where}: another time zone, or summer time left out",
            )  # fmt: skip


def _gap(series: str, at: np.datetime64, count: int, what: str) -> Finding:
    return Finding(
        series=series,
        code="gap",
        level=Level.WARNING,
        at=from_instant64(at),
        amount=float(count),
        count=count,
        what=what,
    )


def _runs(marked: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """First and length of each run of True."""
    edges = np.flatnonzero(np.diff(marked.astype(np.int8), prepend=0, append=0))
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        yield int(first), int(last - first)
