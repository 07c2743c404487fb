"""Jumps between two bars, and whether a history was told otherwise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from argo_core.model.bars import Bars

SHARES_SPLIT_FROM = 1.8
"""Below this ratio hardly any share is split, while the news of a night may move one so far."""
RESTATED = 0.05
"""Two words on one close differ by more than this share only if history was restated."""
COMPARED = 20
"""So many of the newest bars are held against a later word on them."""


def follower(known: Bars, later: Bars) -> int | None:
    """The row of the first bar of `later` after `known`; None if nothing follows, or nothing is known."""
    row = int(np.searchsorted(later.start, known.end[-1])) if len(known) else len(later)
    return row if row < len(later) else None


def jump_ratio(known: Bars, later: Bars) -> float:
    """The first open of `later` after `known` over the last close of `known`, or its inverse, whichever is greater
    than 1; 1 if nothing follows."""
    row = follower(known, later)
    return 1.0 if row is None else distance_ratio(float(later.open[row]), float(known.close[-1]))


def distance_ratio(price: float, from_price: float) -> float:
    """One price over the other, or its inverse, whichever is greater; both above 0."""
    ratio = price / from_price
    return max(ratio, 1.0 / ratio)


def told_again(known: Bars, anew: Bars) -> float | None:
    """The newest closes of `known` over what `anew` tells of these bars, the median: one bar that was told wrongly is
    no restated history. None if it tells of none of them."""
    if not len(known) or not len(anew) or known.start[-1] < anew.start[0]:
        return None
    newest = known.last(COMPARED)
    place = np.minimum(np.searchsorted(anew.start, newest.start), len(anew) - 1)
    common = anew.start[place] == newest.start
    return float(np.median(newest.close[common] / anew.close[place[common]])) if common.any() else None


def restated_by(known: Bars, anew: Bars) -> float | None:
    """By which factor `anew` tells the newest closes of `known` lower (2.0: halved); None if it tells the same, or
    nothing of them."""
    factor = told_again(known, anew)
    return None if factor is None or abs(factor - 1.0) <= RESTATED else factor


def restated_ratio(known: Bars, more: Bars) -> float:
    """How far `more` tells the newest closes of `known` otherwise, up or down; 1 if it tells the same, or nothing."""
    factor = restated_by(known, more)
    return 1.0 if factor is None else max(factor, 1.0 / factor)


def is_restated(read: Bars, told: Bars) -> bool:
    """Whether `told` says another close of any bar that `read` has too. (Another vendor's word on a bar differs by
    less than history that was restated.)"""
    if not len(told) or _owner(read.values) is _owner(told.values):
        return False
    place = np.minimum(np.searchsorted(told.end, read.end), len(told) - 1)
    common = told.end[place] == read.end
    return bool((np.abs(told.close[place[common]] / read.close[common] - 1.0) > RESTATED).any())


def _owner(values: NDArray[np.float64]) -> object:
    """What the values are a part of: parts of one never-changing table tell the same."""
    return values if values.base is None else values.base
