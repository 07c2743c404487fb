"""What the crossing of two averages earns day by day, from a day on: how a walk-forward judges it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from argo_core.backtest.market_days import Day, bar_days
from argo_core.backtest.plain_backtest import signal_runs
from argo_core.backtest.plain_terms import PlainTerms
from argo_core.backtest.sma_cross import START_CASH, parameter_refusal, the_one, wanted_fee, wanted_units
from argo_core.errors import DataError
from argo_core.measures.mean_order import crossings, mean_order
from argo_core.measures.panel import Floats
from argo_core.model.bars import Bars
from argo_core.model.search import Value


def sma_cross_days(bars: Mapping[str, Bars], parameters: Mapping[str, Value], begin: Day) -> Floats:
    """Returns (D,) as ratios of each day of `bars` from `begin` on, of an account that holds nothing then. Bars before
    it only fill the averages: the close before may decide what the first open buys. What is held at the end is sold at
    the last close and pays for it, so that windows can be joined. Rule and terms are those of `sma_cross`.

    Raises DataError `bad_parameters`, `one_symbol`, `no_cash`.
    """
    series = the_one(bars)
    refusal = parameter_refusal(parameters, len(series))
    if refusal is not None:
        raise refusal
    days = bar_days(series)
    first = int(np.searchsorted(days, begin))
    equity = _equity(series, parameters, first)[first:]
    last = np.append(days[first + 1 :] != days[first:-1], True)[: len(equity)]
    ends = np.concatenate(([START_CASH], equity[last]))
    return ends[1:] / ends[:-1] - 1.0


def _equity(series: Bars, parameters: Mapping[str, Value], first: int) -> Floats:
    """At each close (T,), money."""
    units, fee, fast, slow = wanted_units(parameters), wanted_fee(parameters), parameters["fast"], parameters["slow"]
    order = mean_order(series.close, int(fast), int(slow))
    rises, falls = crossings(order, int(slow), len(series))
    rises[: max(first - 1, 0)] = False
    terms = PlainTerms(start_cash=START_CASH, units=units, fee_ratio=fee)
    runs = signal_runs(series.open, series.close, rises, falls, terms=terms, fills=True)
    if runs.refused[0, 0]:
        raise DataError("no_cash", f"{series.symbol}: the cash does not buy the units at every entry: take fewer units")
    (fills,) = runs.fill_bars or (np.zeros(0, dtype=np.int64),)
    bought, paid = np.zeros(len(series)), np.zeros(len(series))
    sides = np.where(np.arange(fills.size) % 2 == 0, units, -units)
    np.add.at(bought, fills, sides)
    np.add.at(paid, fills, sides * series.open[fills] + fee * units * series.open[fills])
    equity: Floats = START_CASH - np.cumsum(paid) + np.cumsum(bought) * series.close
    if fills.size % 2:
        equity[-1] -= fee * units * series.close[-1]
    return equity
