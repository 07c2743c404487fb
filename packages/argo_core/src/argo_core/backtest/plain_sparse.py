"""Plain accounts with numpy alone: arrays find the events, and work is done only where there are orders.

The default where nothing is compiled. Float operations and their order are those of `plain_kernels`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from argo_core.backtest.plain_tally import COLUMNS
from argo_core.backtest.plain_terms import PlainTerms
from argo_core.measures.panel import Floats, Integers

Flags = NDArray[np.bool_]


def settle_signals(
    opens: Floats, close: Floats, entries: Flags, exits: Flags, terms: PlainTerms, headline: bool
) -> tuple[Floats, Integers]:
    """Tally row (columns of `plain_tally.COLUMNS`) and bars of the fills, entry and exit in turn, of one run.

    All arrays (bars,). A signal on bar t fills at the open of t + 1; one on the last bar never fills.
    """
    bars = np.flatnonzero(entries[:-1] | exits[:-1])
    prices = opens[bars + 1].tolist()
    tally = np.zeros(len(COLUMNS))
    fills = _settle(bars.tolist(), entries[bars].tolist(), exits[bars].tolist(), prices, terms, tally)
    if len(fills) % 2:
        tally[0] += terms.units * close[-1]
    fill_bars = np.asarray(fills, dtype=np.int64)
    if headline:
        _add_headline(equity_curve(opens, close, fill_bars, terms), terms, tally)
    return tally, fill_bars


def _settle(
    bars: list[int], enters: list[bool], leaves: list[bool], prices: list[float], terms: PlainTerms, tally: Floats
) -> list[int]:
    """Bars of the fills. Writes columns 0-7; the first is cash, to which the value of what is held has to be added."""
    cash, units, fee_ratio = terms.start_cash, terms.units, terms.fee_ratio
    cost = fees = gains = losses = 0.0
    refused = wins = 0
    held = False
    fills: list[int] = []
    for bar, enter, leave, price in zip(bars, enters, leaves, prices, strict=True):
        if not (leave if held else enter):
            continue
        notional = units * price
        fee = fee_ratio * notional
        if held:
            cash += notional - fee
            result = notional - fee - cost
            wins += result > 0
            gains += max(result, 0.0)
            losses += max(-result, 0.0)
        elif notional + fee > cash:
            refused += 1
            continue
        else:
            cost = notional + fee
            cash -= cost
        fees += fee
        held = not held
        fills.append(bar + 1)
    tally[:8] = cash, (len(fills) + 1) // 2, refused, len(fills) // 2, wins, gains, losses, fees
    return fills


def equity_curve(opens: Floats, close: Floats, fill_bars: Integers, terms: PlainTerms) -> Floats:
    """Cash and the value of what is held at each close, (bars,), of a run whose fills lie on `fill_bars`."""
    notional = terms.units * opens[fill_bars]
    fee = terms.fee_ratio * notional
    flows = np.concatenate(([terms.start_cash], notional - fee))
    flows[1::2] = -(notional + fee)[::2]
    lasting = np.diff(fill_bars, prepend=0, append=close.size)
    units = np.zeros(flows.size)
    units[1::2] = terms.units
    curve: Floats = np.repeat(np.add.accumulate(flows), lasting) + np.repeat(units, lasting) * close
    return curve


def _add_headline(equity: Floats, terms: PlainTerms, tally: Floats) -> None:
    changes = equity[1:] / equity[:-1] - 1.0
    peaks = np.maximum.accumulate(equity)
    # accumulate adds one after the other, as the kernels do; sum() would add in pairs and differ in the last digit
    if changes.size:
        tally[8] = np.add.accumulate(changes)[-1]
        tally[9] = np.add.accumulate(changes * changes)[-1]
    tally[10] = ((peaks - equity) / peaks).max()
