"""Returns from day to day: what volatility and the ratios are made of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from argo_core.backtest.figures.years import years_between
from argo_core.model.instant import InstantArray


def daily_returns(instants: InstantArray, equity: NDArray[np.float64], start_cash: float) -> NDArray[np.float64]:
    """float64 (D,), ratios ≥ -1: the last equity of each UTC day that was looked at over that of the day before; the
    first day's over `start_cash`. The day on which nothing, or debt, is left counts -1 and those after it 0: ratios of
    debts would turn a ruin into a gain."""
    days = instants.astype("datetime64[D]")
    last = np.append(days[1:] != days[:-1], True)
    ends = np.concatenate(([start_cash], equity[last]))
    ends = np.where(np.minimum.accumulate(ends) > 0, ends, 0.0)
    grown = np.divide(ends[1:], ends[:-1], out=np.ones(len(ends) - 1), where=ends[:-1] > 0)
    returns: NDArray[np.float64] = grown - 1.0
    return returns


def days_per_year(instants: InstantArray) -> float:
    """How many such returns a year had: 252 or so for shares, 365 for coins. Steps are counted, not days: between the
    ends of D days lie D - 1 steps. NaN for a period within one day."""
    days = instants.astype("datetime64[D]")
    ends = instants[np.append(days[1:] != days[:-1], True)]
    years = years_between(ends)
    return (len(ends) - 1) / years if years > 0 else float("nan")
