"""A prop firm's guard: would the worst case of everything open and this order cross the nearest floor?"""

from __future__ import annotations

import math

import msgspec
import numpy as np

from argo_core.measures.panel import Floats
from argo_core.model.position import AccountSnapshot
from argo_core.model.verdict import Allowed, Denied, Verdict
from argo_core.risk.candidates import Candidates, Column
from argo_core.risk.flatten_cost import account_cost, exit_now_pct
from argo_core.risk.open_risk import open_risk, stop_loss
from argo_core.risk.proposal import Proposal

LAYER = "headroom"


class Headroom(msgspec.Struct, frozen=True):
    """Denies `no_headroom`. The worst case is the lower of two: every position and every resting entry is out at its
    stop, this order is filled and stopped out too, each with spread, slippage and fees; or all of that is filled and
    flattened at the next check, at the price that the watch then reckons with. An order that passes is not breached by
    its own next check. The floor is the highest there is now or will be after the coming anchor. Without a stop the
    whole worth counts. What only closes is allowed."""

    def check(self, proposal: Proposal) -> Verdict:
        """Measured: equity in the worst case; limit: the floor that it must stay above; in quote currency."""
        measured = worst_equity(proposal)
        limit = max(proposal.watched.nearest.equity, proposal.watched.nearest_after_reset.equity)
        if proposal.opening == 0 or measured > limit:
            return Allowed(layer=LAYER, measured=measured, limit=limit)
        return Denied(layer=LAYER, code="no_headroom", measured=measured, limit=limit)

    def check_many(self, candidates: Candidates) -> Column:
        """The same for each row."""
        measured = worst_equities(candidates)
        limit = max(candidates.watched.nearest.equity, candidates.watched.nearest_after_reset.equity)
        return Column.of(LAYER, {"no_headroom": candidates.opens & ~(measured > limit)}, measured, limit)


def worst_equity(proposal: Proposal) -> float:
    """Equity once everything that is open, and the order, has been stopped out or flattened: the lower of the two."""
    signal, price = proposal.signal, proposal.price
    exit_pct = proposal.watched.rules.cost.exit_pct
    kept = proposal.account if proposal.closing == 0 else without(proposal.account, signal.symbol)
    turned = (proposal.closing + proposal.opening) * price * exit_pct / 100.0
    order = stop_loss(proposal.opening, price, signal.stop_price, int(signal.direction), exit_pct)
    stopped = open_risk(kept, exit_pct) + order
    cost = proposal.watched.rules.cost
    opened = proposal.opening * price * exit_now_pct(signal.symbol, proposal.context, cost) / 100.0
    flattened = account_cost(kept, proposal.context, cost) + opened
    return proposal.account.equity - turned - _larger(stopped, flattened)


def worst_equities(candidates: Candidates) -> Floats:
    """(N,) the same for each row."""
    account, exit_pct = candidates.account, candidates.watched.rules.cost.exit_pct
    whole = open_risk(account, exit_pct)
    held = {position.symbol for position in account.positions}
    rest = [open_risk(without(account, each), exit_pct) if each in held else whole for each in candidates.symbols]
    kept = np.where(candidates.closing == 0, whole, candidates.of_symbol(rest))
    turned = (candidates.closing + candidates.opening) * candidates.price * exit_pct / 100.0
    worth = candidates.opening * candidates.price
    move = np.maximum(candidates.direction * (candidates.price - candidates.stop_price), 0.0)
    stopped = move * candidates.opening + worth * exit_pct / 100.0
    order = np.where(candidates.stop_price > 0, stopped, worth)
    lost = np.maximum(kept + order, _flattened(candidates))
    worst: Floats = account.equity - turned - lost
    return worst


def _flattened(candidates: Candidates) -> Floats:
    """(N,) the cost of closing all that is held, and the row's order, at the next check."""
    account, context, cost = candidates.account, candidates.context, candidates.watched.rules.cost
    whole = account_cost(account, context, cost)
    held = {position.symbol for position in account.positions}
    rest = [
        account_cost(without(account, each), context, cost) if each in held else whole for each in candidates.symbols
    ]
    kept = np.where(candidates.closing == 0, whole, candidates.of_symbol(rest))
    pct = candidates.of_symbol([exit_now_pct(each, context, cost) for each in candidates.symbols])
    flattened: Floats = kept + candidates.opening * candidates.price * pct / 100.0
    return flattened


def _larger(one: float, other: float) -> float:
    """The larger loss, NaN where either is: `max` would drop it."""
    return math.nan if math.isnan(one) or math.isnan(other) else max(one, other)


def without(account: AccountSnapshot, symbol: str) -> AccountSnapshot:
    """The account as if it did not hold this symbol."""
    others = tuple(position for position in account.positions if position.symbol != symbol)
    return msgspec.structs.replace(account, positions=others)
