"""Is the signal still about the market of now?"""

from __future__ import annotations

import msgspec

from argo_core.model.verdict import Allowed, Denied, Verdict
from argo_core.risk.candidates import Candidates, Column
from argo_core.risk.proposal import Proposal

LAYER = "signal_age"


class SignalAge(msgspec.Struct, frozen=True, kw_only=True):
    """Denies `stale_signal`: what was delivered late, after an outage, is not traded. `max_age_seconds`: inclusive."""

    max_age_seconds: float

    def check(self, proposal: Proposal) -> Verdict:
        """Measured: seconds between the signal's timestamp and this decision, wall clock."""
        measured = proposal.age_seconds
        if measured <= self.max_age_seconds:
            return Allowed(layer=LAYER, measured=measured, limit=self.max_age_seconds)
        return Denied(layer=LAYER, code="stale_signal", measured=measured, limit=self.max_age_seconds)

    def check_many(self, candidates: Candidates) -> Column:
        """The same for each row."""
        measured = candidates.age_seconds
        return Column.of(LAYER, {"stale_signal": ~(measured <= self.max_age_seconds)}, measured, self.max_age_seconds)
