"""Layer 2: is the signal sure enough for this executor?"""

from __future__ import annotations

import msgspec

from argo_core.model.verdict import Allowed, Denied, Verdict
from argo_core.risk.candidates import Candidates, Column
from argo_core.risk.proposal import Proposal

LAYER = "confidence"


class ConfidenceMinimum(msgspec.Struct, frozen=True, kw_only=True):
    """Denies `below_min_confidence`. `min_confidence` 0–100, inclusive."""

    min_confidence: float

    def check(self, proposal: Proposal) -> Verdict:
        """Measured: the signal's confidence, 0–100."""
        measured = proposal.signal.confidence
        if measured >= self.min_confidence:
            return Allowed(layer=LAYER, measured=measured, limit=self.min_confidence)
        return Denied(layer=LAYER, code="below_min_confidence", measured=measured, limit=self.min_confidence)

    def check_many(self, candidates: Candidates) -> Column:
        """The same for each row."""
        measured = candidates.confidence
        return Column.of(
            LAYER, {"below_min_confidence": ~(measured >= self.min_confidence)}, measured, self.min_confidence
        )
