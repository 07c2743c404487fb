"""A prop firm's rule: nothing is opened in a crisis."""

from __future__ import annotations

import msgspec

from argo_core.model.regime import Regime
from argo_core.model.verdict import Allowed, Denied, Verdict
from argo_core.risk.candidates import Candidates, Column
from argo_core.risk.proposal import Proposal

LAYER = "regime"


class NoCrisis(msgspec.Struct, frozen=True, kw_only=True):
    """Denies `crisis_regime`."""

    def check(self, proposal: Proposal) -> Verdict:
        """Nothing is measured: a regime is a name."""
        if proposal.signal.regime == Regime.CRISIS.name:
            return Denied(layer=LAYER, code="crisis_regime", measured=None, limit=None)
        return Allowed(layer=LAYER)

    def check_many(self, candidates: Candidates) -> Column:
        """The same for each row."""
        return Column.of(LAYER, {"crisis_regime": candidates.crisis})
