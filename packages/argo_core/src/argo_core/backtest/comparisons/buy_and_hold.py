"""Buying everything once and keeping it, at the same costs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from argo_core.backtest.history import History
from argo_core.execution.costs import CostPolicy


def buy_and_hold(history: History, cash: float, costs: CostPolicy) -> NDArray[np.float64]:
    """Equity float64 (T,): an equal part of `cash` for each symbol, spent whole (in fractions of a unit) at its first
    close that a moment shows, with slippage, half the spread and the fee; marked at the closes, never sold.
    """
    prices, part = history.prices, cash / len(history.symbols)
    equity = np.zeros(len(history.instants))
    for row in prices:
        known = np.isfinite(row)
        if not known.any():
            equity += part
            continue
        first = int(np.argmax(known))
        paid = costs.slipped(float(row[first]), 1)
        units = part / (paid + costs.fee(1.0, paid))
        equity += np.where(known, units * np.nan_to_num(row), part)
    return equity
