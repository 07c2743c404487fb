"""Intervals of many figures from the same resamples, so that they hang together as the figures do."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import PCG64, Generator

from argo_core.measures.block_bootstrap import bootstrap_indices
from argo_core.measures.block_length import LEAST
from argo_core.measures.bootstrap_interval import Statistic, longest_block
from argo_core.measures.panel import Floats

SAMPLES, CONFIDENCE = 1_000, 0.95
AT_ONCE = 262_144
"""Values that are resampled together, small enough for memory. Another number would draw other resamples."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """From `low` to `high`, by `method`; infinite on a side that has no bound."""

    low: float
    high: float
    method: str


def resampled_bounds(rows: Floats, figures: Mapping[str, Statistic], seed: int, cases: str) -> dict[str, Bounds]:
    """Percentile bounds at 95 % of each figure over rows (T, K) that belong together, by the stationary bootstrap with
    the block length of Politis & White. `figures` map (B, T, K) to (B,). A figure is left out below 20 rows, and where
    more than half of its resamples are no finite number. A resample in which a figure has no limit, as a profit factor
    where nothing was lost, counts as beyond all others: left out, it would make the interval narrower than it is.
    Source: Politis & Romano 1994; Efron & Tibshirani 1993, chapter 13.
    """
    if len(rows) < LEAST:
        return {}
    generator, block = Generator(PCG64(seed)), longest_block(rows)
    drawn: dict[str, list[Floats]] = {key: [] for key in figures}
    at_once = max(1, AT_ONCE // rows.size)
    for first in range(0, SAMPLES, at_once):
        resamples = rows[bootstrap_indices(len(rows), min(at_once, SAMPLES - first), block, generator)]
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            for key, figure in figures.items():
                drawn[key].append(figure(resamples))
    method = f"{SAMPLES:,} resamples of {cases} in blocks of {block:.1f}"
    found = {key: _bounds(np.concatenate(parts), method) for key, parts in drawn.items()}
    return {key: bounds for key, bounds in found.items() if bounds is not None}


def _bounds(drawn: Floats, method: str) -> Bounds | None:
    numbers = np.sort(drawn[~np.isnan(drawn)])
    if 2 * np.isfinite(drawn).sum() < len(drawn):
        return None
    low, high = (_quantile(numbers, tail) for tail in (0.5 - CONFIDENCE / 2, 0.5 + CONFIDENCE / 2))
    return Bounds(low, high, method)


def _quantile(rising: Floats, share: float) -> float:
    """Between neighbours as numpy does it; the farther one where one of them is infinite."""
    place = share * (len(rising) - 1)
    below, above = float(rising[math.floor(place)]), float(rising[math.ceil(place)])
    if math.isfinite(below) and math.isfinite(above):
        return below + (above - below) * (place % 1.0)
    return below if share < 0.5 else above
