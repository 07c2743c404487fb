"""A prop firm's rule: no order without a near stop."""

from __future__ import annotations

import msgspec
import numpy as np

from argo_core.model.verdict import Allowed, Denied, Verdict
from argo_core.risk.candidates import Candidates, Column
from argo_core.risk.proposal import Proposal

LAYER = "stop_distance"
_ROUNDING_PCT = 1e-9


class StopDistance(msgspec.Struct, frozen=True, kw_only=True):
    """Denies `no_stop`, and `stop_too_far` above `max_stop_pct` of the entry price."""

    max_stop_pct: float

    def check(self, proposal: Proposal) -> Verdict:
        """Measured: the distance from entry to stop in percent of the entry."""
        signal = proposal.signal
        if signal.stop_price is None:
            return Denied(layer=LAYER, code="no_stop", measured=None, limit=self.max_stop_pct)
        measured = 100.0 * abs(signal.entry_price - signal.stop_price) / signal.entry_price
        if measured <= self.max_stop_pct + _ROUNDING_PCT:
            return Allowed(layer=LAYER, measured=measured, limit=self.max_stop_pct)
        return Denied(layer=LAYER, code="stop_too_far", measured=measured, limit=self.max_stop_pct)

    def check_many(self, candidates: Candidates) -> Column:
        """The same for each row."""
        missing = np.isnan(candidates.stop_price)
        measured = 100.0 * np.abs(candidates.entry_price - candidates.stop_price) / candidates.entry_price
        too_far = ~(measured <= self.max_stop_pct + _ROUNDING_PCT)
        return Column.of(LAYER, {"no_stop": missing, "stop_too_far": too_far}, measured, self.max_stop_pct)
