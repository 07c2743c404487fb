"""Instants as an exchange's people would write them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from argo_core.errors import DataError
from argo_core.model.instant import InstantArray

HOUR = np.timedelta64(3600, "s")


def require_zone(name: str) -> ZoneInfo:
    """The zone of this IANA name. Raises DataError `bad_time_zone`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise DataError(
            "bad_time_zone", f"{name!r} is no time zone: write America/New_York, UTC or the like"
        ) from error


def local_times(instants: InstantArray, zone: str) -> InstantArray:
    """Each instant's wall-clock time there, `datetime64[us]` without a zone, (T,). Each hour's offset is looked up
    once: zones change at whole hours of UTC, or at half ones."""
    place = require_zone(zone)
    halves, back = np.unique(instants.astype("datetime64[s]").astype(np.int64) // 1800, return_inverse=True)
    offsets = np.array([_offset(int(half) * 1800, place) for half in halves], dtype="timedelta64[s]")
    local: InstantArray = instants + offsets[back] if len(instants) else instants
    return local


def local_days(instants: InstantArray, zone: str) -> NDArray[np.datetime64]:
    """The day there, `datetime64[D]`, (T,)."""
    days: NDArray[np.datetime64] = local_times(instants, zone).astype("datetime64[D]")
    return days


def _offset(seconds: int, zone: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(seconds, UTC).astimezone(zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())
