"""Compiled kernels of plain accounts. Import this module inside a function: it loads numba.

One pass over the bars finds events, a sparse pass over the events fills orders, and, if asked for, a pass over the
bars on which something was held gives the headline sums. All do the same float operations in the same order as
`plain_account.walk` and `plain_sparse`, so that results are equal to the last bit. Columns of a tally row have the
order of `plain_tally.COLUMNS`. An event is 4 · bar + kind, kind 1 to enter, 2 to leave, 3 for both.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from argo_core.measures.compiled import kernel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

# Running sums are made anew after this many bars, so that their drift has a bound. A power of two.
RENEWAL = 4096


@kernel
def is_flat(close: Floats, bar: int, length: int) -> bool:
    """Whether the last `length` closes up to `bar` are one and the same."""
    for other in range(bar - length + 1, bar):  # noqa: SIM110 - loops are what compiles well
        if close[other] != close[bar]:
            return False
    return True


@kernel
def sum_to(close: Floats, bar: int, length: int) -> float:
    """Plain sum of the last `length` closes up to `bar`."""
    total = 0.0
    for other in range(bar - length + 1, bar + 1):
        total += close[other]
    return total


@kernel
def cross_events(close: Floats, fast: int, slow: int, margin: float, events: Integers) -> int:
    """Crossings of two means as events; how many, or -1 when a comparison falls within `margin` and is not flat.

    `margin` 0 says that all sums are exact.
    """
    count, before = 0, 0
    fast_sum = slow_sum = 0.0
    for bar in range(slow - 1, close.size):
        if (bar - slow + 1) % RENEWAL == 0:
            fast_sum, slow_sum = sum_to(close, bar, fast), sum_to(close, bar, slow)
        else:
            fast_sum += close[bar] - close[bar - fast]
            slow_sum += close[bar] - close[bar - slow]
        gap = slow * fast_sum - fast * slow_sum
        if gap > margin:
            order = 1
        elif gap < -margin:
            order = -1
        elif margin == 0.0 or is_flat(close, bar, slow):
            order = 0
        else:
            return -1
        if order != before:
            if order != 0 and bar >= slow:
                events[count] = 4 * bar + (1 if order > 0 else 2)
                count += 1
            before = order
    return count


@kernel
def signal_events(entries: Flags, exits: Flags, events: Integers) -> int:
    """Bars with a signal as events; how many."""
    count = 0
    for bar in range(entries.size):
        if entries[bar] or exits[bar]:
            events[count] = 4 * bar + (1 if entries[bar] else 0) + (2 if exits[bar] else 0)
            count += 1
    return count


@kernel
def settle(
    opens: Floats, last_close: float, events: Integers, count: int, terms: tuple[float, float, float], tally: Floats
) -> int:
    """Fills the events at the next opens and writes columns 0-7; how many fills, their bars at the head of `events`."""
    cash, units, fee_ratio = terms
    cost = fees = gains = losses = 0.0
    fills = refused = wins = 0
    for index in range(count):
        bar, kind = events[index] // 4 + 1, events[index] % 4
        if bar >= opens.size:
            break
        notional = units * opens[bar]
        fee = fee_ratio * notional
        if fills % 2 == 0 and kind != 2:
            if notional + fee > cash:
                refused += 1
                continue
            cost = notional + fee
            cash -= cost
        elif fills % 2 == 1 and kind != 1:
            cash += notional - fee
            result = notional - fee - cost
            wins += result > 0.0
            gains += max(result, 0.0)
            losses += max(-result, 0.0)
        else:
            continue
        fees += fee
        events[fills] = bar
        fills += 1
    tally[0] = cash + units * last_close if fills % 2 == 1 else cash
    tally[1], tally[2], tally[3], tally[4] = (fills + 1) // 2, refused, fills // 2, wins
    tally[5], tally[6], tally[7] = gains, losses, fees
    return fills


@kernel
def add_headline(
    opens: Floats, close: Floats, fill_bars: Integers, fills: int, terms: tuple[float, float, float], tally: Floats
) -> None:
    """Writes columns 8-10: sum and sum of squares of the returns from close to close, and the largest drawdown."""
    cash, units, fee_ratio = terms
    before = peak = trough = cash
    worst = total = squares = 0.0
    for index in range(0, fills, 2):
        notional = units * opens[fill_bars[index]]
        cash -= notional + fee_ratio * notional
        leaving = fill_bars[index + 1] if index + 1 < fills else close.size
        for bar in range(fill_bars[index], min(leaving + 1, close.size)):
            if bar == leaving:
                notional = units * opens[bar]
                cash += notional - fee_ratio * notional
                equity = cash
            else:
                equity = cash + units * close[bar]
            change = equity / before - 1.0
            total += change
            squares += change * change
            before = equity
            if equity > peak:
                worst = max(worst, (peak - trough) / peak)
                peak = trough = equity
            elif equity < trough:
                trough = equity
    tally[8], tally[9], tally[10] = total, squares, max(worst, (peak - trough) / peak)


@kernel
def run_crosses(
    opens: Floats,
    closes: Floats,
    runs: Integers,
    margins: Floats,
    terms: tuple[float, float, float],
    headline: bool,
    tallies: Floats,
    fill_bars: Integers,
) -> None:
    """Each row (symbol, fast, slow) of `runs`; column 11 of its tally is 1 where the order of two means is in doubt."""
    events = np.empty(closes.shape[1], dtype=np.int64)
    for run in range(runs.shape[0]):
        symbol = runs[run, 0]
        count = cross_events(closes[symbol], runs[run, 1], runs[run, 2], margins[run], events)
        if count < 0:
            tallies[run, 11] = 1.0
            continue
        fills = settle(opens[symbol], closes[symbol, -1], events, count, terms, tallies[run])
        if headline:
            add_headline(opens[symbol], closes[symbol], events, fills, terms, tallies[run])
        if fill_bars.shape[1] > 0:
            fill_bars[run, :fills] = events[:fills]


@kernel
def run_signals(
    opens: Floats,
    closes: Floats,
    symbols: Integers,
    entries: Flags,
    exits: Flags,
    terms: tuple[float, float, float],
    headline: bool,
    tallies: Floats,
    fill_bars: Integers,
) -> None:
    """Each row of `entries` and `exits` (runs, bars), on the symbol that `symbols` names for it."""
    events = np.empty(closes.shape[1], dtype=np.int64)
    for run in range(symbols.size):
        symbol = symbols[run]
        count = signal_events(entries[run], exits[run], events)
        fills = settle(opens[symbol], closes[symbol, -1], events, count, terms, tallies[run])
        if headline:
            add_headline(opens[symbol], closes[symbol], events, fills, terms, tallies[run])
        if fill_bars.shape[1] > 0:
            fill_bars[run, :fills] = events[:fills]
