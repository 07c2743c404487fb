"""How often the best of many trials is worse than the middle one as soon as it is looked at elsewhere."""

from __future__ import annotations

from itertools import combinations
from math import comb

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from argo_core.errors import DataError
from argo_core.measures.panel import Floats

LEAST_TRIALS = 10
LEAST_ROWS_PER_BLOCK = 4


class Overfitting(msgspec.Struct, frozen=True, kw_only=True):
    """`probability` (0–1) of overfitting: the share of splits whose best trial in sample ranks at or below the median
    out of sample. `logits` (C,): log odds of that rank, one of each split; at most 0 counts.

    `slope` of the regression of the best trial's Sharpe ratio out of sample on that in sample, `loss_probability` the
    share of splits in which it is negative out of sample. `best_inside` and `best_outside` (C,) are those pairs of
    ratios, per period.
    """

    probability: float
    logits: tuple[float, ...]
    slope: float
    loss_probability: float
    best_inside: tuple[float, ...]
    best_outside: tuple[float, ...]
    trials: int
    rows: int
    blocks: int


def overfitting_probability(trials: ArrayLike, blocks: int = 16) -> Overfitting:
    """Of the returns per period of N trials, (T, N), by combinatorially symmetric cross-validation over an even number
    of `blocks` of rows; the first rows that fill no block are left out. The figure compared is the Sharpe ratio.

    Raises DataError: bad_shape, not_finite; bad_count unless blocks is even, from 4 to 20; too_few_trials below 10, for
    of a handful a rank says nothing; too_few below 4 rows a block.
    Source: Bailey, Borwein, López de Prado & Zhu 2015, "The probability of backtest overfitting", section 2.2.
    """
    table = _checked(np.asarray(trials, dtype=np.float64), blocks)
    length = table.shape[0] // blocks
    parts = table[-length * blocks :].reshape(blocks, length, -1)
    sums, squares = parts.sum(axis=1), (parts * parts).sum(axis=1)
    chosen = np.zeros((comb(blocks, blocks // 2), blocks))
    for row, picked in enumerate(combinations(range(blocks), blocks // 2)):
        chosen[row, list(picked)] = 1.0
    count = length * blocks // 2
    inside = _ratios(chosen @ sums, chosen @ squares, count)
    outside = _ratios((1.0 - chosen) @ sums, (1.0 - chosen) @ squares, count)
    best = inside.argmax(axis=1)
    rows = np.arange(len(best))
    there = outside[rows, best]
    # Ties share their mean rank: of equal trials none is better than the median.
    below = (outside < there[:, None]).sum(axis=1)
    equal = (outside == there[:, None]).sum(axis=1)
    rank = (below + (equal + 1) / 2) / (table.shape[1] + 1)
    logits = np.log(rank / (1.0 - rank))
    return Overfitting(
        probability=float((logits <= 0).mean()),
        logits=tuple(logits.tolist()),
        slope=_slope(inside[rows, best], there),
        loss_probability=float((there < 0).mean()),
        best_inside=tuple(inside[rows, best].tolist()),
        best_outside=tuple(there.tolist()),
        trials=table.shape[1],
        rows=length * blocks,
        blocks=blocks,
    )


def _checked(table: Floats, blocks: int) -> Floats:
    if table.ndim != 2:
        raise DataError("bad_shape", f"trials are a table (periods, trials), not of shape {table.shape}")
    if blocks % 2 or not 4 <= blocks <= 20:
        raise DataError("bad_count", f"{blocks} blocks: give an even number from 4 to 20")
    if table.shape[1] < LEAST_TRIALS:
        raise DataError("too_few_trials", f"{table.shape[1]} trials are too few to rank: at least {LEAST_TRIALS}")
    if table.shape[0] < LEAST_ROWS_PER_BLOCK * blocks:
        raise DataError(
            "too_few",
            f"{table.shape[0]} periods are too few: at least {LEAST_ROWS_PER_BLOCK} for each of {blocks} blocks",
        )
    if not np.isfinite(table).all():
        raise DataError("not_finite", "a return is NaN or infinite: leave the trial out or mend it first")
    return table


def _ratios(total: Floats, square: Floats, count: int) -> Floats:
    mean = total / count
    variance = (square - total * mean) / (count - 1)
    moves = variance > 1e-12 * np.maximum(square / count, 1e-300)
    return np.where(moves, mean / np.sqrt(np.where(moves, variance, 1.0)), 0.0)


def _slope(inside: Floats, outside: Floats) -> float:
    spread = inside - inside.mean()
    square = float(spread @ spread)
    return float(spread @ outside) / square if square > 0 else 0.0
