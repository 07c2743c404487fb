"""What a plain run leaves behind: raw sums of each run as one row, and the results read from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argo_core.backtest.plain_terms import PlainTerms
from argo_core.measures.panel import Floats, Integers

COLUMNS = (
    "final_equity entries refused closed wins gross_profit gross_loss fees return_sum return_squares max_drawdown doubt"
).split()


@dataclass(frozen=True, slots=True, eq=False)
class Headline:
    """Statistics of each run, shape (symbols, rules).

    `total_return` is final equity over start cash, less 1. `max_drawdown` in [0, 1): largest fall of the equity at
    closes from its highest value so far. `sharpe`: mean over sample standard deviation of the returns from close to
    close, times √bars_per_year, without a risk-free rate (Sharpe, 1994); NaN without two returns or without variance.
    `win_rate` in [0, 1]: share of closed trades with a profit after both fees; NaN without a closed trade.
    `profit_factor`: gross profit over gross loss of closed trades; NaN without a loss.
    """

    total_return: Floats
    sharpe: Floats
    max_drawdown: Floats
    win_rate: Floats
    profit_factor: Floats


@dataclass(frozen=True, slots=True, eq=False)
class PlainRuns:
    """Results of plain runs, each array of shape (symbols, rules); a rule is a pair of windows or a pair of signals.

    `final_equity` marks an open position at the last close. `entries` counts filled entries, the open one included,
    `closed` those that were left again, `refused` entries for which the cash did not suffice. `fees` is money paid.
    `headline` is None unless asked for. `fill_bars`, if asked for, has one array for each run, symbol by symbol: bars
    of entry and exit in turn, filled at the open.
    """

    final_equity: Floats
    entries: Integers
    closed: Integers
    refused: Integers
    fees: Floats
    headline: Headline | None
    fill_bars: tuple[Integers, ...] | None


def read_tallies(
    tallies: Floats, symbols: int, bars: int, terms: PlainTerms, headline: bool, fills: list[Integers] | None
) -> PlainRuns:
    """Results from raw sums (runs, columns), runs ordered symbol by symbol."""
    column = {name: tallies[:, index].reshape(symbols, -1) for index, name in enumerate(COLUMNS)}
    return PlainRuns(
        final_equity=column["final_equity"],
        entries=column["entries"].astype(np.int64),
        closed=column["closed"].astype(np.int64),
        refused=column["refused"].astype(np.int64),
        fees=column["fees"],
        headline=_headline(column, bars, terms) if headline else None,
        fill_bars=None if fills is None else tuple(fills),
    )


def _headline(column: dict[str, Floats], bars: int, terms: PlainTerms) -> Headline:
    changes = bars - 1
    mean = column["return_sum"] / max(changes, 1)
    variance = (column["return_squares"] - column["return_sum"] * mean) / max(changes - 1, 1)
    known = (variance > 0) & (changes > 1)
    deviation = np.sqrt(np.where(known, variance, 1.0))
    return Headline(
        total_return=column["final_equity"] / terms.start_cash - 1.0,
        sharpe=np.where(known, mean / deviation * np.sqrt(terms.bars_per_year), np.nan),
        max_drawdown=column["max_drawdown"],
        win_rate=_share(column["wins"], column["closed"]),
        profit_factor=_share(column["gross_profit"], column["gross_loss"]),
    )


def _share(part: Floats, whole: Floats) -> Floats:
    known: NDArray[np.bool_] = whole > 0
    return np.where(known, part / np.where(known, whole, 1.0), np.nan)
