"""Instants: timezone-aware UTC in Python, `datetime64[us]` in arrays, one text profile on the wire."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from argo_core.errors import DataError

InstantArray = NDArray[np.datetime64]
_MICROSECONDS = np.dtype("datetime64[us]")
NOT_A_TIME = np.datetime64("NaT", "us")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_OFFSET = len("+00:00")


def require_utc(instant: datetime) -> datetime:
    """The same instant in UTC. Raises DataError `naive_time` for a datetime without a timezone."""
    if instant.tzinfo is None:
        raise DataError(
            "naive_time", f"{instant.isoformat()} has no timezone: pass an aware datetime, for instance UTC"
        )
    return instant if instant.tzinfo is UTC else instant.astimezone(UTC)


def to_text(instant: datetime) -> str:
    """`YYYY-MM-DDTHH:MM:SS.ffffffZ`: the profile that is hashed and stored."""
    # Not strftime, which is seven times slower: a cycle of many symbols writes thousands of instants.
    return f"{require_utc(instant).isoformat(timespec='microseconds')[:-_OFFSET]}Z"


def from_text(text: str) -> datetime:
    """Inverse of `to_text`. Raises DataError `bad_timestamp` for any other form."""
    # Not strptime, which takes twice as long; of the forms that `fromisoformat` knows only one comes back the same.
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise _bad_timestamp(text) from error
    if instant.tzinfo is not UTC or to_text(instant) != text:
        raise _bad_timestamp(text)
    return instant


def _bad_timestamp(text: str) -> DataError:
    return DataError("bad_timestamp", f"{text!r} is not of the form YYYY-MM-DDTHH:MM:SS.ffffffZ")


def to_instant64(instant: datetime) -> np.datetime64:
    """A UTC datetime as `datetime64[us]`."""
    return np.datetime64(to_microseconds(instant), "us")


def to_microseconds(instant: datetime) -> int:
    """Whole microseconds since 1970, exactly. Raises DataError `naive_time`."""
    # A difference of instants, and not numpy's reading of a datetime, which takes six times as long.
    return (require_utc(instant) - _EPOCH) // _MICROSECOND


def from_instant64(instant: np.datetime64) -> datetime:
    """A `datetime64` as an aware UTC datetime. Raises DataError `no_time` for NaT."""
    value = (instant if instant.dtype == _MICROSECONDS else instant.astype(_MICROSECONDS)).item()
    if not isinstance(value, datetime):
        raise DataError("no_time", "NaT has no instant: check that the value is present first")
    return value.replace(tzinfo=UTC)
