"""What daily readings are refused for, live and in batch alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from argo_core.errors import DataError
from argo_core.measures.panel import MAGNITUDE_LIMIT, Floats, Integers, TimeMajor, require_finite

DEFAULT_MINIMUM = 20  # daily readings; a median of less than a month of sessions is no typical value


def require_minimum(minimum: int) -> None:
    """Raises DataError `bad_period` unless at least one reading is asked for."""
    if minimum < 1:
        raise DataError("bad_period", f"minimum is {minimum}: ask for 1 reading or more")


def checked_days(days: ArrayLike) -> Integers:
    """N per symbol as (S,) integers. Raises DataError `bad_period` unless each is a whole number, 2 or more."""
    given = np.atleast_1d(np.asarray(days))
    if given.ndim != 1 or (given.size and (given.dtype.kind not in "iu" or int(given.min()) < 2)):
        raise DataError("bad_period", "days must be whole numbers, 2 or more per symbol: give for instance 252 or 365")
    return given.astype(np.int64)


def checked_readings(
    day_number: ArrayLike, volatility: ArrayLike, close: ArrayLike, shape: tuple[int, ...]
) -> tuple[Integers, Floats, Floats]:
    """Days, volatilities and closes, each of `shape`; days and volatilities may be given once for all.

    Raises DataError: bad_shape, bad_order (day numbers that are not whole), not_finite, bad_volatility.
    """
    days, spread, closes = np.asarray(day_number), np.asarray(volatility, dtype=np.float64), np.asarray(close)
    try:
        days, spread = np.broadcast_to(days, shape), np.broadcast_to(spread, shape)
    except ValueError as error:
        raise DataError("bad_shape", f"days and volatilities must fit {shape}: give one entry per reading") from error
    if closes.shape != shape:
        raise DataError("bad_shape", f"closes are {closes.shape}, wanted {shape}: give one entry per reading")
    if days.size and days.dtype.kind not in "iu":
        raise DataError("bad_order", "day numbers must be whole numbers: pass the days since 1970-01-01, UTC")
    known = spread[~np.isnan(spread)]
    if ((known < 0) | (known > MAGNITUDE_LIMIT)).any():
        raise DataError("bad_volatility", "a volatility is negative or infinite: give 0 or more, NaN while unknown")
    prices = closes.astype(np.float64)
    require_finite(prices)
    return days.astype(np.int64), spread, prices


def checked_histories(
    day_number: ArrayLike, volatility: ArrayLike, close: Floats
) -> tuple[Integers, Floats, Floats, Integers]:
    """Days, volatilities, closes, all (n, T), and the index of each row's first bar (n,); `close` is (n, T).

    Raises DataError: bad_shape, bad_order (day numbers fall after the first bar), not_finite, bad_volatility.
    """
    starts = TimeMajor.of(close).starts
    days, spread, prices = checked_readings(day_number, volatility, np.nan_to_num(close), close.shape)
    falls = (days[:, 1:] < days[:, :-1]) & (np.arange(days.shape[1] - 1) >= starts[:, None])
    if falls.any():
        raise DataError("bad_order", f"row {int(falls.any(axis=1).argmax())}: days go backwards: sort the bars by time")
    return days, spread, prices, starts
