"""The plain crossing of two simple moving averages, as an objective to be searched."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from argo_core.errors import DataError
from argo_core.model.bars import Bars
from argo_core.model.search import Value

START_CASH, UNITS, FEE_RATE = 100_000.0, 10.0, 0.001
YEAR = np.timedelta64(31_557_600, "s")
Floats = NDArray[np.float64]


def sma_cross(bars: Mapping[str, Bars], parameters: Mapping[str, Value]) -> dict[str, float]:
    """Long `units` (10) of one symbol while the mean of the last `fast` closes is above that of the last `slow` ones:
    decided at a close, filled at the next open, at a fee of 0.1 % of the notional on each side, from a start cash of
    100,000; what is open at the end is marked at the last close.

    Figures: `final_equity` and `entries`; `return_pct`; `max_drawdown_pct` of the equity at the closes; `sharpe`, mean
    over standard deviation of the equity's changes from bar to bar as ratios, times the root of the bars of a year (as
    many as the history has on average), 0 where the equity never moved.

    Raises DataError `bad_parameters` unless 1 ≤ fast < slow ≤ the number of bars, `one_symbol`, `no_cash`.
    """
    if len(bars) != 1:
        raise DataError("one_symbol", f"sma-cross trades one symbol, not {len(bars)}: name one")
    (series,) = bars.values()
    fast, slow = _windows(parameters, len(series))
    held = _held(series.close, fast, slow, float(parameters.get("units", UNITS)))
    equity = _equity(series, held)
    return {
        "final_equity": float(equity[-1]),
        "entries": float((np.diff(held, prepend=0.0) > 0).sum()),
        "return_pct": float((equity[-1] / START_CASH - 1.0) * 100.0),
        "max_drawdown_pct": float((1.0 - equity / np.maximum.accumulate(equity)).max() * 100.0),
        "sharpe": _sharpe(equity, series),
    }


def _windows(parameters: Mapping[str, Value], count: int) -> tuple[int, int]:
    fast, slow = parameters.get("fast"), parameters.get("slow")
    if not (isinstance(fast, int) and isinstance(slow, int) and 1 <= fast < slow <= count):
        raise DataError(
            "bad_parameters", f"fast {fast} and slow {slow}: integers with 1 ≤ fast < slow ≤ {count} bars are needed"
        )
    return fast, slow


def _held(close: Floats, fast: int, slow: int, units: float) -> Floats:
    """Units held after each bar's open, (T,): what the closes before it decided."""
    total = np.concatenate(([0.0], np.cumsum(close)))
    above = np.zeros(len(close), np.bool_)
    means = [(total[window:] - total[:-window]) / window for window in (fast, slow)]
    above[slow - 1 :] = means[0][slow - fast :] > means[1]
    # A mean that lies above from the first bar on has crossed nothing: the first entry waits until it has been below.
    below = np.flatnonzero(~above[slow - 1 :])
    above[: slow - 1 + (int(below[0]) if len(below) else len(close))] = False
    return np.where(np.concatenate(([False], above[:-1])), units, 0.0)


def _equity(series: Bars, held: Floats) -> Floats:
    """Cash and holding at each close, (T,)."""
    traded = np.diff(held, prepend=0.0)
    notional = traded * series.open
    cash = START_CASH - np.cumsum(notional + np.abs(notional) * FEE_RATE)
    if (cash < 0).any():
        raise DataError("no_cash", f"{series.symbol}: the cash does not buy the units at every entry: take fewer units")
    return np.asarray(cash + held * series.close, dtype=np.float64)


def _sharpe(equity: Floats, series: Bars) -> float:
    changes = np.diff(equity) / equity[:-1]
    spread = float(changes.std(ddof=1)) if len(changes) > 1 else 0.0
    if spread == 0.0:
        return 0.0
    years = float((series.end[-1] - series.end[0]) / YEAR)
    return float(changes.mean()) / spread * math.sqrt(len(changes) / years)
