"""All readings of a panel of histories at once, for backtests."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from argo_core.measures.adx import adx_columns
from argo_core.measures.atr import atr_columns
from argo_core.measures.features import Features
from argo_core.measures.macd import macd_columns
from argo_core.measures.panel import Floats, TimeMajor
from argo_core.measures.rsi import rsi_columns
from argo_core.measures.window_readings import WINDOW_READINGS


def feature_panel(high: ArrayLike, low: ArrayLike, close: ArrayLike) -> Features:
    """`Features` with arrays of the shape of the inputs, (S, T) or (T,), time last, low ≤ close ≤ high.

    Entry t is, to the last bit, what an `IndicatorBank` fed with the bars 0…t shows: later bars move nothing. A row may
    begin with NaN (shorter history); every reading is NaN until it has its bars, `bars_seen` is 0 before the first.
    The arrays are views whose time axis is strided: `reading[:, t]` is contiguous.
    Raises DataError: bad_shape, not_finite.
    """
    frame = TimeMajor.of(high, low, close)
    readings = {name: frame.restore(values) for name, values in _columns(*frame.series).items()}
    time = frame.series[0].shape[0]
    bars_seen = np.maximum(np.arange(1, time + 1)[:, None] - frame.starts, 0)
    return Features(bars_seen=bars_seen[:, 0] if frame.one_symbol else bars_seen.T, **readings)


def _columns(high: Floats, low: Floats, close: Floats) -> dict[str, Floats]:
    line, signal, histogram = macd_columns(close, 12, 26, 9)
    index, plus, minus = adx_columns(high, low, close, 14)
    columns = {
        "close": close.copy(),
        "rsi": rsi_columns(close, 14),
        "macd": line,
        "macd_signal": signal,
        "macd_hist": histogram,
        "atr": atr_columns(high, low, close, 14),
        "adx": index,
        "plus_di": plus,
        "minus_di": minus,
    }
    for reading in WINDOW_READINGS:
        for name in reading.names:
            columns[name] = np.full(close.shape, np.nan)
        for name, values in zip(reading.names, reading.read(high, low, close), strict=True):
            columns[name][reading.depth - 1 :] = values
    return columns
