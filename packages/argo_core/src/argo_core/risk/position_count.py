"""A prop firm's rule: few positions at a time."""

from __future__ import annotations

import msgspec
import numpy as np

from argo_core.model.verdict import Allowed, Denied, Verdict
from argo_core.risk.candidates import Candidates, Column
from argo_core.risk.proposal import Proposal

LAYER = "position_count"


class PositionCount(msgspec.Struct, frozen=True, kw_only=True):
    """Denies `too_many_positions` for an order that opens a position beyond `max_positions`. An entry that still rests
    counts as a position."""

    max_positions: int

    def check(self, proposal: Proposal) -> Verdict:
        """Measured: open positions afterwards."""
        measured = float(len(proposal.other_sides) + (proposal.resulting > 0))
        if measured <= self.max_positions or proposal.opening == 0:
            return Allowed(layer=LAYER, measured=measured, limit=float(self.max_positions))
        return Denied(layer=LAYER, code="too_many_positions", measured=measured, limit=float(self.max_positions))

    def check_many(self, candidates: Candidates) -> Column:
        """The same for each row."""
        sides = candidates.sides
        others = candidates.of_symbol([float(len(sides) - (symbol in sides)) for symbol in candidates.symbols])
        measured = others + (candidates.resulting > 0)
        denied = candidates.opens & ~(measured <= self.max_positions)
        return Column.of(LAYER, {"too_many_positions": denied}, measured, np.float64(self.max_positions))
