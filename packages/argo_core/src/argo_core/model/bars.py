"""Bars of one symbol as a struct of arrays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from argo_core.errors import DataError
from argo_core.model.asset import require_symbol
from argo_core.model.instant import NOT_A_TIME, InstantArray, from_instant64, to_instant64
from argo_core.model.timeframe import Timeframe

if TYPE_CHECKING:
    import pandas as pd

OPEN, HIGH, LOW, CLOSE, VOLUME = range(5)
COLUMNS = ("open", "high", "low", "close", "volume")


class Bar(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One OHLCV row. Prices in quote currency, all positive; volume ≥ 0; `start` is the bar's open time, UTC."""

    symbol: str
    timeframe: str
    start: datetime
    open: float
    high: float
    low: float
    close: float
    volume: float


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """T bars of one symbol, oldest first, checked once by `Bars.of` and never changed.

    `values` is float64 (5, T): open, high, low, close, volume; finite, prices > 0, low ≤ open, close ≤ high.
    `start` and `end` are `datetime64[us]` (T,), UTC: open time, and the instant from which the bar may be known.
    """

    symbol: str
    timeframe: Timeframe
    start: InstantArray
    end: InstantArray
    values: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        symbol: str,
        timeframe: str | Timeframe,
        start: ArrayLike,
        values: ArrayLike,
        end: ArrayLike | None = None,
    ) -> Bars:
        """Checked bars. `values` is (5, T); without `end`, a bar ends one nominal timeframe after its start.

        Raises DataError: bad_symbol, bad_timeframe, bad_shape, not_finite, bad_price, bad_volume, bad_range, bad_order.
        """
        frame = Timeframe.parse(timeframe) if isinstance(timeframe, str) else timeframe
        starts: InstantArray = np.array(start, dtype="datetime64[us]")
        ends: InstantArray = (
            starts + np.timedelta64(frame.seconds, "s") if end is None else np.array(end, dtype="datetime64[us]")
        )
        table = np.array(values, dtype=np.float64)
        _check(require_symbol(symbol), starts, ends, table)
        for array in (starts, ends, table):
            array.setflags(write=False)
        return cls(symbol, frame, starts, ends, table)

    @classmethod
    def empty(cls, symbol: str, timeframe: str = "1Day") -> Bars:
        """No bar of a symbol. Raises DataError `bad_symbol`, `bad_timeframe`."""
        return cls.of(symbol, timeframe, np.array([], dtype="datetime64[us]"), np.zeros((len(COLUMNS), 0)))

    @classmethod
    def from_frame(cls, symbol: str, frame: pd.DataFrame, timeframe: str, timezone: str = "UTC") -> Bars:
        """Bars from a pandas frame with columns open, high, low, close, volume and a DatetimeIndex of bar starts.

        A naive index is read as local time of `timezone`. Raises DataError `bad_frame` and all that `Bars.of` raises.
        """
        lowered = {str(name).lower(): name for name in frame.columns}
        missing = [name for name in COLUMNS if name not in lowered]
        if missing:
            raise DataError("bad_frame", f"{symbol}: the frame lacks {', '.join(missing)}: rename or add these columns")
        index = frame.index
        if not hasattr(index, "tz_localize"):
            raise DataError(
                "bad_frame", f"{symbol}: the frame needs a DatetimeIndex of bar starts: use set_index first"
            )
        aware = index if index.tz is not None else index.tz_localize(timezone)
        starts = aware.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[us]")
        return cls.of(symbol, timeframe, starts, frame[[lowered[name] for name in COLUMNS]].to_numpy(np.float64).T)

    def __len__(self) -> int:
        return int(self.start.shape[0])

    @property
    def known_at(self) -> datetime:
        """Since when the last bar has been complete. Raises DataError `no_time` without any bar."""
        return from_instant64(self.end[-1] if len(self) else NOT_A_TIME)

    def until(self, as_of: datetime) -> Bars:
        """The bars that are complete at `as_of`; shares memory with this value."""
        return self.first(int(np.searchsorted(self.end, to_instant64(as_of), side="right")))

    def joined(self, later: Bars, keep: int) -> Bars:
        """These bars and `later` ones, at most the newest `keep`; where both have a bar of one start, the later word
        counts. Raises DataError `bad_timeframe` for bars of another length, and what `Bars.of` raises."""
        if later.timeframe != self.timeframe or later.symbol != self.symbol:
            raise DataError(
                "bad_timeframe", f"{self.symbol}: {later.symbol} {later.timeframe.name} does not continue its bars"
            )
        if not len(later):
            return self.last(keep)
        left = int(np.searchsorted(self.start, later.start[0]))
        behind = self.start[left:]
        kept = np.concatenate([np.arange(left), left + np.flatnonzero(~np.isin(behind, later.start))])
        start = np.concatenate([self.start[kept], later.start])
        order = np.argsort(start, kind="stable")[-keep:]
        return Bars.of(
            self.symbol,
            self.timeframe,
            start[order],
            np.concatenate([self.values[:, kept], later.values], axis=1)[:, order],
            np.concatenate([self.end[kept], later.end])[order],
        )

    def last(self, count: int) -> Bars:
        """The newest `count` bars; shares memory with this value."""
        cut = max(len(self) - count, 0)
        return Bars(self.symbol, self.timeframe, self.start[cut:], self.end[cut:], self.values[:, cut:])

    def first(self, count: int) -> Bars:
        """The oldest `count` bars; shares memory with this value."""
        if count >= len(self):
            return self
        return Bars(self.symbol, self.timeframe, self.start[:count], self.end[:count], self.values[:, :count])

    @property
    def open(self) -> NDArray[np.float64]:
        return _column(self.values, OPEN)

    @property
    def high(self) -> NDArray[np.float64]:
        return _column(self.values, HIGH)

    @property
    def low(self) -> NDArray[np.float64]:
        return _column(self.values, LOW)

    @property
    def close(self) -> NDArray[np.float64]:
        return _column(self.values, CLOSE)

    @property
    def volume(self) -> NDArray[np.float64]:
        return _column(self.values, VOLUME)


def _column(values: NDArray[np.float64], row: int) -> NDArray[np.float64]:
    column: NDArray[np.float64] = values[row]
    return column


def _check(symbol: str, start: InstantArray, end: InstantArray, values: NDArray[np.float64]) -> None:
    if start.ndim != 1 or values.shape != (5, start.shape[0]) or end.shape != start.shape:
        raise DataError(
            "bad_shape",
            f"{symbol}: expected values (5, T) and times (T,), got {values.shape}, {start.shape}, {end.shape}",
        )
    wrong = first_malformed(values)
    if wrong is not None:
        code, row = wrong
        raise DataError(code, f"{symbol}: bar {row} ({start[row]}) breaks {code}: drop or repair it before use")
    if np.isnat(start).any() or np.isnat(end).any():
        raise DataError("bad_order", f"{symbol}: a bar has no time: drop rows with missing times")
    if (np.diff(start) <= np.timedelta64(0)).any() or (np.diff(end) < np.timedelta64(0)).any() or (end <= start).any():
        raise DataError(
            "bad_order", f"{symbol}: bars must be sorted by start, without repeats, and end after they start"
        )


def malformed_rows(values: NDArray[np.float64]) -> dict[str, NDArray[np.bool_]]:
    """For a (5, T) table, the rows (T,) that break each rule, by code. Comparisons with NaN count under not_finite."""
    prices, volume = values[:VOLUME], values[VOLUME]
    with np.errstate(invalid="ignore"):
        return {
            "not_finite": ~np.isfinite(values).all(axis=0),
            "bad_price": (prices <= 0).any(axis=0),
            "bad_volume": volume < 0,
            "bad_range": (values[HIGH] < prices.max(axis=0)) | (values[LOW] > prices.min(axis=0)),
        }


def first_malformed(values: NDArray[np.float64]) -> tuple[str, int] | None:
    """The first broken rule and its row, or None."""
    for code, rows in malformed_rows(values).items():
        if rows.any():
            return code, int(np.argmax(rows))
    return None
