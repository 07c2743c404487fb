"""Bars in a cache: arrays as little-endian bytes, so that a history survives a restart without a row in Python."""

from __future__ import annotations

import msgspec
import numpy as np

from argo_core.errors import DataError
from argo_core.model.bars import COLUMNS, Bars


class BarsBlob(msgspec.Struct, frozen=True, kw_only=True):
    """T bars: `start` and `end` are int64 microseconds since 1970 UTC, `values` float64 (5, T) row by row (open, high,
    low, close, volume); all little-endian."""

    symbol: str
    timeframe: str
    start: bytes
    end: bytes
    values: bytes


def to_blob(bars: Bars) -> BarsBlob:
    """The blob of any bars, none included."""
    return BarsBlob(
        symbol=bars.symbol,
        timeframe=bars.timeframe.name,
        start=bars.start.astype("<M8[us]").tobytes(),
        end=bars.end.astype("<M8[us]").tobytes(),
        values=bars.values.astype("<f8").tobytes(),
    )


def from_blob(blob: BarsBlob) -> Bars:
    """The bars of a blob, checked anew: a cache is somebody else's memory.

    Raises DataError: bad_blob for bytes of the wrong length, and all that `Bars.of` raises.
    """
    count, rest = divmod(len(blob.start), 8)
    if rest or len(blob.end) != 8 * count or len(blob.values) != 8 * count * len(COLUMNS):
        raise DataError("bad_blob", f"{blob.symbol}: the kept bars are cut off: fetch them again")
    start = np.frombuffer(blob.start, dtype="<M8[us]")
    end = np.frombuffer(blob.end, dtype="<M8[us]")
    values = np.frombuffer(blob.values, dtype="<f8").reshape(len(COLUMNS), count)
    return Bars.of(blob.symbol, blob.timeframe, start, values, end)
