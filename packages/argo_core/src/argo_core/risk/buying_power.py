"""Layer 7: can the account pay for the order and keep a reserve?"""

from __future__ import annotations

import msgspec

from argo_core.model.verdict import Allowed, Denied, Verdict
from argo_core.risk.candidates import Candidates, Column
from argo_core.risk.proposal import Proposal

LAYER = "buying_power"


class BuyingPower(msgspec.Struct, frozen=True, kw_only=True):
    """Denies `insufficient_buying_power`. What is closed first gives its worth back; `reserve_pct` is never spent."""

    reserve_pct: float = 5.0

    def check(self, proposal: Proposal) -> Verdict:
        """Measured: the cost of what is opened; limit: what may be spent; both in quote currency."""
        cost = proposal.opening * proposal.price
        released = proposal.closing * proposal.price
        limit = (proposal.account.buying_power + released) * (1.0 - self.reserve_pct / 100.0)
        if cost <= limit or proposal.opening == 0:
            return Allowed(layer=LAYER, measured=cost, limit=limit)
        return Denied(layer=LAYER, code="insufficient_buying_power", measured=cost, limit=limit)

    def check_many(self, candidates: Candidates) -> Column:
        """The same for each row."""
        cost = candidates.opening * candidates.price
        released = candidates.closing * candidates.price
        limit = (candidates.account.buying_power + released) * (1.0 - self.reserve_pct / 100.0)
        return Column.of(LAYER, {"insufficient_buying_power": candidates.opens & ~(cost <= limit)}, cost, limit)
