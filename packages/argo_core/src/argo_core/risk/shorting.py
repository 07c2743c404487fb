"""Crypto cannot be sold short at the venues we trade on: a SELL closes a long or is nothing."""

from __future__ import annotations

import msgspec

from argo_core.model.asset import AssetType
from argo_core.model.direction import Direction
from argo_core.model.verdict import Allowed, Denied, Verdict
from argo_core.risk.proposal import Proposal

LAYER = "shorting"


class Shorting(msgspec.Struct, frozen=True, kw_only=True):
    """Denies `short_not_available` for a crypto SELL without a long to close."""

    def check(self, proposal: Proposal) -> Verdict:
        """Measured: the quantity held; limit: it must be above 0."""
        sells = proposal.signal.direction is Direction.SHORT
        if sells and proposal.signal.asset_type == AssetType.CRYPTO and not proposal.held > 0:
            return Denied(layer=LAYER, code="short_not_available", measured=proposal.held, limit=0.0)
        return Allowed(layer=LAYER)
