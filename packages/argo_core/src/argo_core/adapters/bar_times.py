"""A file's labels of time → instants. Naive times without a zone, and dates that may be read two ways, are refused."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from argo_core.errors import DataError
from argo_core.measures.local_days import require_zone
from argo_core.model.instant import InstantArray
from argo_core.model.timeframe import Timeframe

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?")
_OFFSET = re.compile(r".*\d(Z|[+-]\d{2}:?\d{2})")
# Of seconds, milliseconds, microseconds and nanoseconds since 1970, only one lies between 1973 and 2096.
_UNITS = (("s", 1e8, 4e9), ("ms", 1e11, 4e12), ("us", 1e14, 4e15), ("ns", 1e17, 4e18))


def read_times(
    whose: str,
    labels: pd.Series,
    time_format: str | None,
    time_zone: str | None,
    day_zone: str,
    timeframe: Timeframe,
) -> InstantArray:
    """Instants (T,), UTC. Labels are dates and times in ISO form or in `time_format`, numbers since 1970, or times that
    the file has typed. A date alone names a day of `day_zone`, and only a bar of a day or more; a time without an
    offset is one of `time_zone`.

    Raises DataError `ambiguous_time` where the labels do not say which instant is meant, `bad_time`, `bad_time_zone`.
    """
    require_zone(day_zone)
    if pd.api.types.is_numeric_dtype(labels):
        return _numbers(whose, labels)
    parsed = _parsed(whose, labels, time_format)
    if parsed.dt.tz is not None:
        return _utc(parsed)
    midnight = bool((parsed == parsed.dt.normalize()).all())
    if time_zone is None and not (midnight and timeframe.is_daily):
        raise DataError(
            "ambiguous_time", f"{whose}: the times have no offset: say whose they are with --time-zone ZONE"
        )
    try:
        return _utc(parsed.dt.tz_localize(day_zone if midnight else time_zone or day_zone))
    except ValueError as error:
        raise DataError(
            "ambiguous_time",
            f"{whose}: a time is there twice or never in {time_zone}, where clocks change: {error}",
        ) from error


def _parsed(whose: str, labels: pd.Series, time_format: str | None) -> pd.Series:
    if pd.api.types.is_datetime64_any_dtype(labels):
        return labels
    text = labels.astype(str)
    try:
        if time_format is not None:
            return pd.to_datetime(text, format=time_format)
        if bool(text.str.fullmatch(_OFFSET).all()):
            return pd.to_datetime(text, format="ISO8601", utc=True)
        if bool(text.str.fullmatch(_ISO).all()):
            return pd.to_datetime(text, format="ISO8601")
    except (ValueError, OverflowError) as error:
        raise DataError("bad_time", f"{whose}: a time cannot be read: {' '.join(str(error).split())}") from error
    odd = next(label for label in text if not _ISO.fullmatch(label))
    raise DataError(
        "ambiguous_time", f"{whose}: {odd!r} may be read in several ways: say how with --time-format, as %m/%d/%Y"
    )


def _numbers(whose: str, labels: pd.Series) -> InstantArray:
    numbers = labels.to_numpy(np.float64)
    for unit, low, high in _UNITS:
        if len(numbers) and low <= numbers.min() and numbers.max() < high:
            exact = labels.to_numpy(np.int64) if pd.api.types.is_integer_dtype(labels) else numbers
            return _utc(pd.Series(pd.to_datetime(exact, unit=unit, utc=True)))
    raise DataError("bad_time", f"{whose}: the numbers of the time column are no time since 1970 of one unit")


def _utc(aware: pd.Series) -> InstantArray:
    naive: InstantArray = aware.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy().astype("datetime64[us]")
    return naive
