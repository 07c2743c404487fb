"""An order at a venue that is not simulated rests on prices of now."""

from __future__ import annotations

import msgspec

from argo_core.model.verdict import Allowed, Denied, Verdict
from argo_core.risk.proposal import Proposal

LAYER = "live_data"
REPLAY = "replay"
"""How the names of recorded markets begin."""


class LiveData(msgspec.Struct, frozen=True, kw_only=True):
    """Denies `replayed_data`: a signal on recorded history is no reason to trade today, on paper or for money. What
    only closes is denied too: the history's price is not the market's."""

    def check(self, proposal: Proposal) -> Verdict:
        """Nothing is measured: a source has a name."""
        if proposal.signal.data_source.startswith(REPLAY):
            return Denied(layer=LAYER, code="replayed_data", measured=None, limit=None)
        return Allowed(layer=LAYER)
