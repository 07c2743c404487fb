"""A signal's prices are those of its day. Once its share is split, the vendor tells every bar in the new shares.

What was split is seen from the bars alone, so that it is known after a restart and to whoever recomputes a record: the
bars around the moment of a signal held its entry price, unless they were restated since.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache

import numpy as np

from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.bars import HIGH, LOW, Bars
from argo_core.model.instant import to_instant64
from argo_core.model.signal import Signal

LEAST_RATIO = 1.2
"""No split is smaller; other prices of one moment lie closer together."""
APART = 1.015
"""A price between two bars, or of another vendor, may lie so far outside of the bar."""
SPLITS = tuple(
    sorted(
        {Fraction(new, old) for old in (1, 2, 3, 4, 5) for new in range(old + 1, 31)}
        | {Fraction(new) for new in (*range(35, 101, 5), *range(150, 1_001, 50))}
    )
)
"""So many shares became of one."""
# A cycle asks for the same few instants thousands of times: its own, and those at which signals were made.
instant64_of = lru_cache(maxsize=4096)(to_instant64)


def in_units_of(signal: Signal, bars: Bars) -> Bars:
    """The bars as they would be told had nothing been split since the signal: themselves nearly always."""
    factor = split_since(signal, bars)
    if factor == 1.0:
        return bars
    scale = np.array([factor] * 4 + [1.0 / factor])[:, None]
    return Bars(bars.symbol, bars.timeframe, bars.start, bars.end, bars.values * scale)


def surely_unsplit(signal: Signal, bars: Bars, first: int) -> bool:
    """A quick look at the bar before the first one after the signal: True where nothing can have been split."""
    return first > 0 and APART / LEAST_RATIO < signal.entry_price / bars.close[first - 1] < LEAST_RATIO / APART


def split_since(signal: Signal, bars: Bars) -> float:
    """How many shares each of the signal's day has become, below 1 where they were joined; 1 where the bars of its
    moment are not there, or hold its entry price, or differ by no ratio that shares are split by, and for a coin."""
    low, high = _range_at(signal, bars)
    if (
        asset_type_of(signal.symbol) is AssetType.CRYPTO
        or not low > 0
        or low / APART <= signal.entry_price <= high * APART
    ):
        return 1.0
    least, most = signal.entry_price / (high * APART), signal.entry_price / (low / APART)
    return _nearest(least, most) if least > 1.0 else 1.0 / _nearest(1.0 / most, 1.0 / least)


def _range_at(signal: Signal, bars: Bars) -> tuple[float, float]:
    """Lowest and highest price of the bar that ended last before the signal's moment and of the next; NaN for none."""
    after = int(bars.end.searchsorted(instant64_of(signal.as_of), side="right"))
    if not 0 < after < len(bars):
        return math.nan, math.nan
    around = slice(after - 1, after + 1)
    return min(bars.values[LOW, around].tolist()), max(bars.values[HIGH, around].tolist())


def _nearest(least: float, most: float) -> float:
    """The ratio of a split that lies between, nearest to their middle; 1 if none does."""
    middle = math.sqrt(least * most)
    within = [float(ratio) for ratio in SPLITS if least <= ratio <= most and ratio >= LEAST_RATIO]
    return min(within, key=lambda ratio: abs(math.log(ratio / middle)), default=1.0)
