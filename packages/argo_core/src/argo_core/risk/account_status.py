"""Layer 1: may this account trade at all, now and in this kind of asset?"""

from __future__ import annotations

import math

import msgspec
import numpy as np

from argo_core.model.asset import AssetType
from argo_core.model.verdict import Allowed, Denied, Verdict
from argo_core.risk.candidates import Bools, Candidates, Column
from argo_core.risk.proposal import MODES, PROP, SIMULATED, Proposal
from argo_core.risk.watch_state import WatchLevel

LAYER = "account_status"
_KINDS = frozenset(kind.value for kind in AssetType)


class AccountStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Denies `halted`, `breach` (the watch wants the account flat), `auto_execute_off`, `not_reconciled`,
    `trading_blocked`, `account_not_simulated`, `account_not_paper`, `account_not_live`, `unknown_mode`,
    `market_unknown`, `market_closed`: the first of them that holds. A market is known when its kind of asset is and it
    has a price. A prop firm account may be a simulated one: evaluations are."""

    def check(self, proposal: Proposal) -> Verdict:
        """Nothing is measured: these are states."""
        code = _obstacle(proposal)
        return Allowed(layer=LAYER) if code is None else Denied(layer=LAYER, code=code, measured=None, limit=None)

    def check_many(self, candidates: Candidates) -> Column:
        """The same for each row."""
        rows = np.ones(len(candidates), dtype=np.bool_)
        obstacle = account_obstacle(candidates)
        if obstacle is not None:
            return Column.of(LAYER, {obstacle: rows})
        open_markets = candidates.account.open_markets
        priced: Bools = (candidates.price > 0) & (candidates.price < np.inf)
        unknown = candidates.of_kind(lambda kind: kind not in _KINDS) | ~priced
        closed = candidates.of_kind(lambda kind: kind not in open_markets)
        return Column.of(LAYER, {"market_unknown": unknown, "market_closed": closed})


def _obstacle(proposal: Proposal) -> str | None:
    return account_obstacle(proposal) or market_obstacle(proposal, proposal.signal.asset_type, proposal.price)


def account_obstacle(proposal: Proposal | Candidates) -> str | None:
    """What stands in the way of every order of this account."""
    standing, account = proposal.standing, proposal.account
    meant = standing.mode == PROP or account.simulated is (standing.mode == SIMULATED)
    obstacles = (
        ("halted", standing.halted is not None),
        ("breach", proposal.watched.level is WatchLevel.BREACH),
        ("auto_execute_off", not standing.auto_execute),
        ("not_reconciled", not standing.reconciled),
        ("trading_blocked", account.trading_blocked),
        ("unknown_mode", standing.mode not in MODES),
        (f"account_not_{standing.mode}", not meant),
    )
    return next((code for code, stands in obstacles if stands), None)


def market_obstacle(proposal: Proposal, asset_type: str, price: float) -> str | None:
    """What stands in the way of orders in this kind of asset at this price."""
    if asset_type not in _KINDS or not 0 < price < math.inf:
        return "market_unknown"
    return None if asset_type in proposal.account.open_markets else "market_closed"
