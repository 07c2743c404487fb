"""The packages' CSV files → bars. Pure: text and sessions in, bars out.

Three file forms. *Daily* equities: a date per row; the bar starts at that day's midnight in New York and may be known
at the session's close. *Minute* equities: exchange-local labels that carry a constant "-05:00" which is wrong in
summer and therefore dropped; minutes are gathered into half hours from the session's open, the closing print (labelled
with the close) into the last one. *Half-hour* crypto: UTC bar starts. Rows that contradict themselves (a high below
the close, say) and days on which the exchange was shut are dropped, and counted.
"""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from argo_core.adapters.replay.parsed import Parsed
from argo_core.model.bars import COLUMNS, Bars, malformed_rows
from argo_core.model.instant import InstantArray
from argo_core.model.sessions import Sessions

NEW_YORK = "America/New_York"
HALF_HOUR = np.timedelta64(30, "m")


def parse_daily(symbol: str, text: bytes, sessions: Sessions) -> Parsed:
    """Columns timestamp (month/day/year), open, high, low, close, volume."""
    frame = pd.read_csv(io.BytesIO(text))
    days = pd.to_datetime(frame["timestamp"], format="%m/%d/%Y")
    start = _utc(days.dt.tz_localize(NEW_YORK))
    position, inside = _session_of(start, sessions)
    values = frame[list(COLUMNS)].to_numpy(np.float64).T
    kept = inside & ~_malformed(values)
    bars = Bars.of(symbol, "1Day", start[kept], values[:, kept], sessions.closes[position[kept]])
    return Parsed(bars, int((~kept).sum()))


def parse_minutes(symbol: str, text: bytes, sessions: Sessions) -> Parsed:
    """Columns timestamp (with the constant offset), open, high, low, close, volume; one row a minute."""
    frame = pd.read_csv(io.BytesIO(text))
    label = pd.to_datetime(frame["timestamp"].str.slice(0, 19), format="%Y-%m-%d %H:%M:%S")
    minute = _utc(label.dt.tz_localize(NEW_YORK))
    position, inside = _session_of(minute, sessions)
    inside &= minute <= sessions.closes[position]
    values = frame[list(COLUMNS)].to_numpy(np.float64).T
    kept = inside & ~_malformed(values)
    minute, values, position = minute[kept], values[:, kept], position[kept]
    opens, closes = sessions.opens[position], sessions.closes[position]
    bucket = np.minimum((minute - opens) // HALF_HOUR, (closes - opens - np.timedelta64(1, "us")) // HALF_HOUR)
    start = opens + bucket * HALF_HOUR
    first = np.flatnonzero(np.concatenate(([True], start[1:] != start[:-1])))
    table = _gather(values, first)
    end = np.minimum(start[first] + HALF_HOUR, closes[first])
    return Parsed(Bars.of(symbol, "30Min", start[first], table, end), int((~kept).sum()))


def parse_half_hours(symbol: str, text: bytes) -> Parsed:
    """Columns Date, then COIN.open, COIN.close, COIN.high, COIN.low, COIN.volume; UTC."""
    frame = pd.read_csv(io.BytesIO(text))
    coin = symbol.removesuffix("-USD")
    start = pd.to_datetime(frame["Date"], format="%Y-%m-%d %H:%M:%S").to_numpy().astype("datetime64[us]")
    values = frame[[f"{coin}.{name}" for name in COLUMNS]].to_numpy(np.float64).T
    kept = ~_malformed(values) & np.concatenate(([True], start[1:] > np.maximum.accumulate(start)[:-1]))
    return Parsed(Bars.of(symbol, "30Min", start[kept], values[:, kept]), int((~kept).sum()))


def _gather(values: NDArray[np.float64], first: NDArray[np.intp]) -> NDArray[np.float64]:
    last = np.concatenate((first[1:], [values.shape[1]])) - 1
    return np.array(
        [
            values[0, first],
            np.maximum.reduceat(values[1], first),
            np.minimum.reduceat(values[2], first),
            values[3, last],
            np.add.reduceat(values[4], first),
        ]
    )


def _malformed(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    broken: NDArray[np.bool_] = np.logical_or.reduce(list(malformed_rows(values).values()))
    return broken


def _session_of(instant: InstantArray, sessions: Sessions) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """The session that closes next after each instant, and whether it is on the same New York day: a session closes
    at most sixteen hours after that day's midnight."""
    position = np.searchsorted(sessions.closes, instant, side="left")
    clipped = np.minimum(position, len(sessions.closes) - 1)
    near = sessions.closes[clipped] - instant <= np.timedelta64(16, "h")
    return clipped, (position < len(sessions.closes)) & near


def _utc(series: pd.Series) -> InstantArray:
    naive: InstantArray = series.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy().astype("datetime64[us]")
    return naive
