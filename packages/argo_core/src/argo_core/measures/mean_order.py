"""Which of two trailing means is the larger, bar by bar, decided as if computed without rounding.

Running sums drift, and two means that are equal on paper then cross by accident. So every path compares the sums with
a margin that bounds all rounding, and what falls inside it is decided with whole numbers: a float is an integer times
a power of two. The numpy path, the compiled kernels and a slow reference agree on every bar, whatever the order in
which each of them adds.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from argo_core.measures.panel import Floats, Integers
from argo_core.measures.windows import window_sum

Order = NDArray[np.int8]

_ROUNDING = 2.0**-53
# Prices on this grid (whole units, quarters, 1/1024) add up without any rounding while sums stay below 2^53.
_GRID = 1024.0
_PROBE = 64


def mean_order(close: Floats, fast: int, slow: int, sums: dict[int, Floats] | None = None) -> Order:
    """Sign of mean(last `fast`) - mean(last `slow`) for bars slow-1 … T-1: 1, 0 or -1, shape (max(T - slow + 1, 0),).

    `close` (T,) is finite and positive, 1 ≤ fast < slow; nothing is checked here. `sums` keeps window sums of this
    series by length, for callers that try many pairs.
    """
    if close.size < slow:
        return np.zeros(0, dtype=np.int8)
    kept = {} if sums is None else sums
    for n in (fast, slow):
        if n not in kept:
            kept[n] = window_sum(close, n)
    gap = slow * kept[fast][slow - fast :] - fast * kept[slow]
    largest = close.max(keepdims=True)
    margin = float(order_margin(largest, np.array([fast]), np.array([slow]), steps=0)[0])
    order = (gap > margin).astype(np.int8) - (gap < -margin).astype(np.int8)
    close_calls = np.flatnonzero(~(np.abs(gap) > margin))
    if close_calls.size and not on_grid(close[None], largest, fast, slow)[0]:
        flat = _equal_run(close)[close_calls + slow - 1] >= slow
        order[close_calls[flat]] = 0
        for index in close_calls[~flat].tolist():
            order[index] = exact_order(close[index : index + slow], fast)
    elif close_calls.size:
        order[close_calls] = np.sign(gap[close_calls])
    return order


def order_margin(largest: Floats, fast: Integers, slow: Integers, steps: int) -> Floats:
    """Bound on the error of slow·(fast sum) - fast·(slow sum), prices up to `largest`, sums updated `steps` times.

    All three of one shape. A direct sum of n prices is off by less than n roundings of n·largest; each update (one
    subtraction, one addition) by two more; the products and the difference by three (Higham, 2002, chapter 4). One
    percent covers second order.
    """
    return 1.01 * fast * slow * largest * _ROUNDING * (fast + slow + 4 * steps + 8)


def on_grid(closes: Floats, largest: Floats, fast: int, slow: int) -> NDArray[np.bool_]:
    """Rows of `closes` (S, T) whose prices are multiples of 1/1024 and so small that the compared sums are exact.

    `largest` (S,) is the largest close of each row.
    """
    fine: NDArray[np.bool_] = largest * (_GRID * fast * slow) < 2.0**52
    fine &= _whole(closes[..., :_PROBE] * _GRID)  # prices in cents are told by the first few
    if fine.any():
        fine &= _whole(closes * _GRID)
    return fine


def _whole(values: Floats) -> NDArray[np.bool_]:
    whole: NDArray[np.bool_] = np.all(values == np.rint(values), axis=-1)
    return whole


def exact_order(window: Floats, fast: int) -> int:
    """Sign of mean(last `fast` of `window`) - mean(`window`) in whole numbers. `window` (slow,) is finite."""
    mantissas, exponents = np.frexp(window)
    shifts: list[int] = (exponents - exponents.min()).tolist()
    scaled: list[float] = (mantissas * 2.0**53).tolist()
    wholes = [int(mantissa) << shift for mantissa, shift in zip(scaled, shifts, strict=True)]
    gap = len(wholes) * sum(wholes[-fast:]) - fast * sum(wholes)
    return (gap > 0) - (gap < 0)


def crossings(order: Order, slow: int, bars: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Bars on which the fast mean came to stand above the slow one, and below it; two (bars,) arrays.

    Above on bar t means: greater on t, and not greater on t-1, both means being known on both bars. Equal means are no
    crossing, and the first bar with both means is none either.
    """
    rises, falls = np.zeros(bars, dtype=np.bool_), np.zeros(bars, dtype=np.bool_)
    rises[slow:] = (order[1:] > 0) & (order[:-1] <= 0)
    falls[slow:] = (order[1:] < 0) & (order[:-1] >= 0)
    return rises, falls


def _equal_run(close: Floats) -> NDArray[np.int64]:
    """How many bars up to and including each one have had its price without a break, (T,)."""
    index = np.arange(close.size)
    began = np.maximum.accumulate(np.where(np.diff(close, prepend=math.nan) != 0, index, 0))
    run: NDArray[np.int64] = index - began + 1
    return run
