"""A short look at a declared function before a backtest believes it: does it say the same without later bars?

Live, a function is given the bars until now and its last entry votes; a backtest asks it once for all bars. Both are
the same only for a function that does not look ahead. `lookahead` searches long and names the leak; this refuses the
plain ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from argo_core.errors import DataError
from argo_core.model.bars import Bars
from argo_core.sources import DeclaredSource, Opinion

PLACES = (0.4, 0.6, 0.8)
"""Shares of a history after which it is cut."""
MOST_SYMBOLS = 3
"""Symbols that are tried, the longest first: a function that looks ahead does so for each of them."""
# Sums of other lengths round differently; a leak moves a vote by more than the ninth digit.
ROUNDING = 1e-9


def refuse_foresight(source: DeclaredSource, bars: Sequence[Bars], opinions: Sequence[Opinion]) -> None:
    """Raises DataError `look_ahead` where an entry of `opinions`, those on the whole `bars`, is another one without the
    bars that follow, or where the function answers the same question twice in two ways."""
    longest = sorted(range(len(bars)), key=lambda row: -len(bars[row]))[:MOST_SYMBOLS]
    for row in longest:
        for share in PLACES:
            known = int(share * len(bars[row]))
            if known > 0:
                _compare(source, bars[row].first(known), opinions[row])


def _compare(source: DeclaredSource, known: Bars, whole: Opinion) -> None:
    alone, count = source.opinions(known), len(known)
    same = whole.direction[:count] == alone.direction
    same &= np.isclose(whole.confidence[:count], alone.confidence, rtol=ROUNDING, atol=ROUNDING, equal_nan=True)
    if not same.all():
        bar = int(np.argmin(same))
        raise DataError(
            "look_ahead",
            f"{source.spec.name} says something else about {known.symbol} at {known.end[bar]} once later bars are "
            "there: it looks ahead, and live it could not; argo check-lookahead names the place",
        )
