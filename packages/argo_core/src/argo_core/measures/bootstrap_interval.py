"""An interval for any figure of a series, without assuming how the series is distributed."""

from __future__ import annotations

import enum
import math
from collections.abc import Callable

import msgspec
import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from argo_core.errors import DataError
from argo_core.measures.block_bootstrap import Blocks, bootstrap_indices
from argo_core.measures.block_length import LEAST, block_lengths
from argo_core.measures.panel import Floats

Statistic = Callable[[Floats], Floats]
"""Figures (B,) of B resamples (B, T) or (B, T, K), all at once."""


class IntervalKind(enum.StrEnum):
    """PERCENTILE cuts the resamples' figures; STUDENTISED their distance from the figure in standard errors, which
    answers for skewness but needs the statistic's standard error."""

    PERCENTILE = "percentile"
    STUDENTISED = "studentised"


class Interval(msgspec.Struct, frozen=True, kw_only=True):
    """`value` of the series itself, `low` and `high` in its unit; `confidence` 0–1, `block` mean length in values."""

    value: float
    low: float
    high: float
    confidence: float
    samples: int
    block: float
    kind: IntervalKind


class BootstrapPlan(msgspec.Struct, frozen=True, kw_only=True):
    """`block` None takes the length of Politis & White. Raises DataError `bad_confidence`, `bad_count`."""

    samples: int = 1000
    confidence: float = 0.95
    block: float | None = None
    blocks: Blocks = Blocks.STATIONARY

    def __post_init__(self) -> None:
        if not 0 < self.confidence < 1:
            raise DataError("bad_confidence", f"confidence is {self.confidence}: give a share between 0 and 1")
        if self.samples < 50 or not (self.block is None or self.block > 0):
            raise DataError("bad_count", "an interval needs at least 50 resamples and a block length above 0")


def bootstrap_interval(
    values: ArrayLike,
    statistic: Statistic,
    generator: Generator,
    plan: BootstrapPlan = BootstrapPlan(),
    standard_error: Statistic | None = None,
) -> Interval:
    """Interval of `statistic` over a series (T,) or rows (T, K) that belong together, T ≥ 20. Studentised if the
    statistic's `standard_error` is given, else percentile. Resamples whose figure is no number are left out.

    Raises DataError: bad_shape, not_finite, too_few; no_figure if the figure of the series itself, or of more than half
    the resamples, is no number. Source: Efron & Tibshirani 1993, chapters 12 and 13; Politis & Romano 1994.
    """
    rows = _rows(values)
    block = plan.block if plan.block is not None else longest_block(rows)
    whole = float(statistic(rows[None])[0])
    figures, errors = [], []
    # A quarter of a million values at a time keep memory small, and the draw is the same whatever the size.
    at_once = max(1, 262_144 // rows.size)
    for first in range(0, plan.samples, at_once):
        count = min(at_once, plan.samples - first)
        resamples = rows[bootstrap_indices(len(rows), count, block, generator, plan.blocks)]
        figures.append(statistic(resamples))
        if standard_error is not None:
            errors.append(standard_error(resamples))
    drawn = np.concatenate(figures)
    tails = (0.5 - plan.confidence / 2, 0.5 + plan.confidence / 2)
    if standard_error is None:
        low, high = np.quantile(_numbers(whole, drawn), tails)
    else:
        error = float(standard_error(rows[None])[0])
        with np.errstate(divide="ignore", invalid="ignore"):
            pivots = (drawn - whole) / np.concatenate(errors)
        far, near = np.quantile(_numbers(whole * error, pivots), tails)
        low, high = whole - near * error, whole - far * error
    kind = IntervalKind.PERCENTILE if standard_error is None else IntervalKind.STUDENTISED
    return Interval(
        value=whole,
        low=float(low),
        high=float(high),
        confidence=plan.confidence,
        samples=plan.samples,
        block=block,
        kind=kind,
    )


def longest_block(rows: Floats) -> float:
    """The longest of the columns' block lengths, at least 1. `rows` is (T,) or (T, K), T ≥ 20."""
    columns = rows[:, None] if rows.ndim == 1 else rows
    return max(1.0, *(block_lengths(columns[:, column]).stationary for column in range(columns.shape[1])))


def _rows(values: ArrayLike) -> Floats:
    rows = np.asarray(values, dtype=np.float64)
    if rows.ndim not in (1, 2) or rows.size == 0:
        raise DataError("bad_shape", f"an interval needs a series or rows of figures, not the shape {rows.shape}")
    if len(rows) < LEAST:
        raise DataError("too_few", f"{len(rows)} values are too few for an interval: give at least {LEAST}")
    if not np.isfinite(rows).all():
        raise DataError("not_finite", "a value is NaN or infinite: leave it out or mend it first")
    return rows


def _numbers(whole: float, drawn: Floats) -> Floats:
    numbers = drawn[np.isfinite(drawn)]
    if not math.isfinite(whole) or 2 * numbers.size < drawn.size:
        raise DataError("no_figure", "the figure is no number for these values or for most resamples: no interval")
    return numbers
