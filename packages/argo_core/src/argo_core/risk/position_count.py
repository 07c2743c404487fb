"""A prop firm's rule: few positions at a time."""

from __future__ import annotations

import msgspec

from argo_core.model.verdict import Allowed, Denied, Verdict
from argo_core.risk.proposal import Proposal

LAYER = "position_count"


class PositionCount(msgspec.Struct, frozen=True, kw_only=True):
    """Denies `too_many_positions` for an order that opens a position beyond `max_positions`."""

    max_positions: int

    def check(self, proposal: Proposal) -> Verdict:
        """Measured: open positions afterwards."""
        others = {position.symbol for position in proposal.account.positions} - {proposal.signal.symbol}
        measured = float(len(others) + (proposal.resulting > 0))
        if measured <= self.max_positions or proposal.opening == 0:
            return Allowed(layer=LAYER, measured=measured, limit=float(self.max_positions))
        return Denied(layer=LAYER, code="too_many_positions", measured=measured, limit=float(self.max_positions))
