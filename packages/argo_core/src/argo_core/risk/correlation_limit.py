"""Layer 4: is this the same bet again?"""

from __future__ import annotations

import math
from collections.abc import Mapping

import msgspec
import numpy as np

from argo_core.model.verdict import Allowed, Denied, Verdict
from argo_core.risk.candidates import Candidates, Column
from argo_core.risk.context import MarketContext
from argo_core.risk.proposal import Proposal

LAYER = "correlation"


class CorrelationLimit(msgspec.Struct, frozen=True, kw_only=True):
    """Denies `too_many_correlated` for an order that would make more than `max_positions` open positions that move
    together, itself included.

    Another position moves together with it from a correlation of `threshold` on, whatever their sides, and from
    -`threshold` on where one is long and the other short. A pair of which nothing is known counts.
    """

    max_positions: int
    threshold: float = 0.7

    def check(self, proposal: Proposal) -> Verdict:
        """Measured: correlated open positions afterwards, entries that still rest included."""
        side = int(proposal.signal.direction)
        others = correlated(proposal.context, proposal.signal.symbol, side, proposal.other_sides, self.threshold)
        measured, limit = float(others + 1), float(self.max_positions)
        if proposal.opening == 0:
            return Allowed(layer=LAYER, measured=float(others), limit=limit)
        if measured <= limit:
            return Allowed(layer=LAYER, measured=measured, limit=limit)
        return Denied(layer=LAYER, code="too_many_correlated", measured=measured, limit=limit)

    def check_many(self, candidates: Candidates) -> Column:
        """The same for each row."""
        sides = candidates.sides
        table = candidates.context.correlation_table(candidates.symbols, tuple(sides))
        other = np.array(candidates.symbols)[:, None] != np.array(tuple(sides), dtype=np.str_)
        alike, opposed = np.isnan(table) | (table >= self.threshold), table <= -self.threshold
        # One count per symbol for a candidate that sells and one for a candidate that buys.
        together = [alike | (opposed & (side * np.array(list(sides.values())) < 0)) for side in (-1, 1)]
        counts = np.array([(each & other).sum(axis=1) for each in together])
        measured = counts[(candidates.direction > 0).astype(np.intp), candidates.symbol] + candidates.opens
        limit = float(self.max_positions)
        denied = candidates.opens & ~(measured <= limit)
        return Column.of(LAYER, {"too_many_correlated": denied}, measured, limit)


def correlated(context: MarketContext, symbol: str, side: int, sides: Mapping[str, int], threshold: float) -> int:
    """How many of the others (symbol → 1 or -1) move together with a position of this side."""
    found = context.correlations(symbol, sides)
    return sum(_together(value, side * sides[other], threshold) for other, value in found.items())


def _together(correlation: float, same_side: int, threshold: float) -> bool:
    if math.isnan(correlation):
        return True
    return correlation >= threshold or (same_side < 0 and correlation <= -threshold)
