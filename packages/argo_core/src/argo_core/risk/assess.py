"""Every layer's verdict on one proposal: all of them, so that a denial shows everything that stands in the way."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from argo_core.model.verdict import Allowed, Denied, Verdict
from argo_core.risk.layer import RiskLayer
from argo_core.risk.proposal import Proposal

NO_LAYERS = Denied(layer="layers", code="no_layers", measured=0.0, limit=1.0)


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """The verdicts in the order of the layers. Nothing checked is nothing allowed."""

    verdicts: tuple[Verdict, ...]

    @property
    def allowed(self) -> bool:
        """True when at least one layer was asked and every one allowed."""
        return bool(self.verdicts) and all(isinstance(verdict, Allowed) for verdict in self.verdicts)


def assess(layers: Sequence[RiskLayer], proposal: Proposal) -> Assessment:
    """Ask every layer. Without a layer the answer is the denial `no_layers`."""
    return Assessment(verdicts=tuple([layer.check(proposal) for layer in layers]) or (NO_LAYERS,))
