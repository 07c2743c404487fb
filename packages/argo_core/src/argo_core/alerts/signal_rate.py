"""How many signals there should be by now: what was usual while the market was open, or what the operator says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from argo_core.alerts.readings import RateReading
from argo_core.model.instant import from_instant64, to_instant64
from argo_core.model.sessions import Sessions

Window = tuple[datetime, datetime]

WINDOWS = {"hour": timedelta(hours=1), "five_minutes": timedelta(minutes=5)}
USUAL = timedelta(days=7)
LEAST_USUAL_HOURS = 6.0
"""Less open time than about a session says nothing about what is usual."""
LEAST_EXPECTED = 10.0
"""Where fewer are usual, half of them missing is chance. An operator's own figure counts from 1 on."""


def open_windows(sessions: Sessions | None, now: datetime) -> dict[str, Window]:
    """Those of the two windows that end now and lay wholly inside one session. None: the market never closes."""
    found = {}
    for name, length in WINDOWS.items():
        whole = sessions is None or sessions.open_seconds(now - length, now) >= length.total_seconds()
        if whole:
            found[name] = (now - length, now)
    return found


def usual_windows(sessions: Sessions | None, now: datetime) -> tuple[Window, ...]:
    """The open time of the seven days before the last hour."""
    start, end = now - USUAL, now - WINDOWS["hour"]
    if sessions is None:
        return ((start, end),)
    first, last = to_instant64(start), to_instant64(end)
    pairs = zip(sessions.opens, sessions.closes, strict=True)
    cut = ((max(opened, first), min(closed, last)) for opened, closed in pairs)
    return tuple((from_instant64(begin), from_instant64(stop)) for begin, stop in cut if begin < stop)


def usual_per_hour(
    counted: Mapping[str, int], windows: tuple[Window, ...], stated: Mapping[str, float]
) -> dict[str, float]:
    """Signals an hour by service type; what is stated wins. Without enough open time only what is stated."""
    hours = sum((end - start).total_seconds() for start, end in windows) / 3600.0
    usual = {name: count / hours for name, count in counted.items()} if hours >= LEAST_USUAL_HOURS else {}
    return {**usual, **stated}


def rate_readings(
    name: str, counted: Mapping[str, int], per_hour: Mapping[str, float], stated: Mapping[str, float]
) -> tuple[RateReading, ...]:
    """One for each service type of which enough are expected in the window called `name`."""
    hours = WINDOWS[name].total_seconds() / 3600.0
    return tuple(
        RateReading(service_type=kind, window=name, signals=counted.get(kind, 0), expected=rate * hours)
        for kind, rate in sorted(per_hour.items())
        if rate * hours >= (1.0 if kind in stated else LEAST_EXPECTED)
    )
