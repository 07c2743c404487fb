"""Do things happen as often as was said? Bands of a reliability diagram, and the error over all of them."""

from __future__ import annotations

from itertools import pairwise

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from argo_core.errors import DataError
from argo_core.measures.forecasts import checked_forecasts
from argo_core.measures.intervals import wilson
from argo_core.measures.panel import Floats


class Band(msgspec.Struct, frozen=True, kw_only=True):
    """`count` forecasts from `low` to `high`, on average `forecast`; `happened` of them did, a share of `rate`, whose
    interval at the asked confidence is from `rate_low` to `rate_high`. All but counts 0–1."""

    low: float
    high: float
    forecast: float
    count: int
    happened: int
    rate: float
    rate_low: float
    rate_high: float


def reliability_bands(
    forecast: ArrayLike, happened: ArrayLike, bands: int = 10, confidence: float = 0.95
) -> tuple[Band, ...]:
    """At most `bands` bands of about equal count, lowest first; equal forecasts share a band.

    Raises DataError as `checked_forecasts`, bad_count below one band, bad_confidence.
    Source: Bröcker & Smith 2007, "Increasing the reliability of reliability diagrams"; Wilson 1927 for the intervals.
    """
    if bands < 1:
        raise DataError("bad_count", f"{bands} bands: give at least 1")
    probabilities, outcomes = checked_forecasts(forecast, happened)
    order = np.argsort(probabilities, kind="stable")
    ranked, won = probabilities[order], outcomes[order]
    found = []
    for first, last in _bounds(ranked, bands):
        count, wins = last - first, int(won[first:last].sum())
        low, high = wilson(wins, count, confidence)
        found.append(
            Band(
                low=float(ranked[first]),
                high=float(ranked[last - 1]),
                forecast=float(ranked[first:last].mean()),
                count=count,
                happened=wins,
                rate=wins / count,
                rate_low=low,
                rate_high=high,
            )
        )
    return tuple(found)


def expected_calibration_error(bands: tuple[Band, ...]) -> float:
    """Mean distance of forecast and rate over the bands, weighted by count: 0–1, 0 is perfect.

    Source: Naeini, Cooper & Hauskrecht 2015. Raises DataError `too_few` without a band.
    """
    if not bands:
        raise DataError("too_few", "no band is given: nothing can be said of none")
    total = sum(band.count for band in bands)
    return sum(band.count * abs(band.forecast - band.rate) for band in bands) / total


def _bounds(ranked: Floats, bands: int) -> list[tuple[int, int]]:
    """Where bands begin and end; a cut that falls between equal forecasts moves behind them."""
    wanted = [round(ranked.size * number / bands) for number in range(1, bands)]
    cuts = sorted({int(np.searchsorted(ranked, ranked[cut - 1], side="right")) for cut in wanted if cut > 0})
    edges = [0, *(cut for cut in cuts if cut < ranked.size), ranked.size]
    return list(pairwise(edges))
