"""Layer 1: may this account trade at all, now and in this kind of asset?"""

from __future__ import annotations

import math

import msgspec

from argo_core.model.asset import AssetType
from argo_core.model.verdict import Allowed, Denied, Verdict
from argo_core.risk.proposal import Proposal

LAYER = "account_status"


class AccountStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Denies `halted`, `auto_execute_off`, `trading_blocked`, `account_not_simulated`, `market_unknown`: the first of
    them that holds. A market is known when its kind of asset is and it has a price."""

    def check(self, proposal: Proposal) -> Verdict:
        """Nothing is measured: these are states."""
        code = _obstacle(proposal)
        return Allowed(layer=LAYER) if code is None else Denied(layer=LAYER, code=code, measured=None, limit=None)


def _obstacle(proposal: Proposal) -> str | None:
    standing, account = proposal.standing, proposal.account
    known = proposal.signal.asset_type in tuple(AssetType) and 0 < proposal.price < math.inf
    obstacles = {
        "halted": standing.halted is not None,
        "auto_execute_off": not standing.auto_execute,
        "trading_blocked": account.trading_blocked,
        "account_not_simulated": standing.simulated_only and not account.simulated,
        "market_unknown": not known,
    }
    return next((code for code, stands in obstacles.items() if stands), None)
