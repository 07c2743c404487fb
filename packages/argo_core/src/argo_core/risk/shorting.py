"""Crypto cannot be sold short at the venues we trade on, nor shares where the account may not: a SELL closes a long."""

from __future__ import annotations

import msgspec
import numpy as np

from argo_core.model.asset import AssetType
from argo_core.model.direction import Direction
from argo_core.model.verdict import Allowed, Denied, Verdict
from argo_core.risk.candidates import Candidates, Column
from argo_core.risk.proposal import Proposal

LAYER = "shorting"


class Shorting(msgspec.Struct, frozen=True, kw_only=True):
    """Denies `short_not_available` for a SELL without a long to close, of crypto or by an account that cannot short."""

    def check(self, proposal: Proposal) -> Verdict:
        """Measured: the quantity held; limit: it must be above 0."""
        sells = proposal.signal.direction is Direction.SHORT
        may_short = proposal.account.shorting and proposal.signal.asset_type != AssetType.CRYPTO
        if sells and not may_short and not proposal.held > 0:
            return Denied(layer=LAYER, code="short_not_available", measured=proposal.held, limit=0.0)
        return Allowed(layer=LAYER)

    def check_many(self, candidates: Candidates) -> Column:
        """The same for each row."""
        crypto = candidates.of_kind(lambda kind: kind == AssetType.CRYPTO)
        may_short = ~crypto & candidates.account.shorting
        denied = (candidates.direction < 0) & ~may_short & ~(candidates.held > 0)
        measured, limit = np.where(denied, candidates.held, np.nan), np.where(denied, 0.0, np.nan)
        return Column.of(LAYER, {"short_not_available": denied}, measured, limit)
