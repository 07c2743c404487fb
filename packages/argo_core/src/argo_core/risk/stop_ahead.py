"""Is the signal's stop still ahead of the market?"""

from __future__ import annotations

import msgspec
import numpy as np

from argo_core.model.direction import Direction
from argo_core.model.verdict import Allowed, Denied, Verdict
from argo_core.risk.candidates import Candidates, Column
from argo_core.risk.proposal import Proposal

LAYER = "stop_ahead"


class StopAhead(msgspec.Struct, frozen=True, kw_only=True):
    """Denies `stop_passed` where the newest price has reached the signal's stop: what would be bought now would have to
    be sold at once. Closing what is held is allowed, and so is a signal without a stop: that is another layer's."""

    def check(self, proposal: Proposal) -> Verdict:
        """Measured: the newest price; the limit is the stop."""
        signal, price = proposal.signal, proposal.price
        if signal.stop_price is None or proposal.opening == 0:
            return Allowed(layer=LAYER)
        ahead = price > signal.stop_price if signal.direction is Direction.LONG else price < signal.stop_price
        if ahead:
            return Allowed(layer=LAYER, measured=price, limit=signal.stop_price)
        return Denied(layer=LAYER, code="stop_passed", measured=price, limit=signal.stop_price)

    def check_many(self, candidates: Candidates) -> Column:
        """The same for each row."""
        without = np.isnan(candidates.stop_price) | ~candidates.opens
        ahead = (candidates.price - candidates.stop_price) * candidates.direction > 0
        shown = np.where(without, np.nan, candidates.price)
        return Column.of(
            LAYER, {"stop_passed": ~(ahead | without)}, shown, np.where(without, np.nan, candidates.stop_price)
        )
