"""Layer 3: is there something to trade, and is the resulting position small enough?"""

from __future__ import annotations

import msgspec
import numpy as np

from argo_core.model.verdict import Allowed, Denied, Verdict
from argo_core.risk.candidates import Candidates, Column
from argo_core.risk.proposal import Proposal

LAYER = "position_size"
_ROUNDING_PCT = 1e-9


class PositionSize(msgspec.Struct, frozen=True, kw_only=True):
    """Denies `zero_size` where nothing would be closed or opened, `position_too_large` above `max_pct` of equity.

    What only makes a position smaller is allowed however large it still is.
    """

    max_pct: float

    def check(self, proposal: Proposal) -> Verdict:
        """Measured: the resulting position in percent of equity; for `zero_size` the quantity, 0."""
        if not proposal.closing + proposal.opening > 0:
            return Denied(layer=LAYER, code="zero_size", measured=0.0, limit=0.0)
        measured = proposal.resulting_pct
        if proposal.opening == 0 or (measured is not None and measured <= self.max_pct + _ROUNDING_PCT):
            return Allowed(layer=LAYER, measured=measured, limit=self.max_pct)
        return Denied(layer=LAYER, code="position_too_large", measured=measured, limit=self.max_pct)

    def check_many(self, candidates: Candidates) -> Column:
        """The same for each row."""
        nothing = ~(candidates.closing + candidates.opening > 0)
        equity = candidates.account.equity
        worth = candidates.resulting * candidates.price
        pct = 100.0 * worth / equity if equity > 0 else np.full(len(candidates), np.nan)
        too_large = candidates.opens & ~(pct <= self.max_pct + _ROUNDING_PCT)
        measured, limit = np.where(nothing, 0.0, pct), np.where(nothing, 0.0, self.max_pct)
        return Column.of(LAYER, {"zero_size": nothing, "position_too_large": too_large}, measured, limit)
