"""What getting out of everything now would cost, and how much of one bet the open positions are."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import combinations

from argo_core.model.position import AccountSnapshot, Position
from argo_core.risk.context import MarketContext
from argo_core.risk.meter import CORRELATION, Meter
from argo_core.risk.open_risk import entry_price, pending_entries, remaining
from argo_core.risk.reading import AccountReading
from argo_core.risk.watch_rules import FlattenCost


def flatten_cost(reading: AccountReading, cost: FlattenCost) -> float:
    """Quote currency, ≥ 0: each position's worth times the cost of an exit and of the move until the next check."""
    return positions_cost(reading.positions, reading.context, cost)


def positions_cost(positions: Iterable[Position], context: MarketContext, cost: FlattenCost) -> float:
    """The same for these positions alone."""
    return sum(
        abs(each.quantity * each.market_price) * exit_now_pct(each.symbol, context, cost) / 100.0 for each in positions
    )


def account_cost(account: AccountSnapshot, context: MarketContext, cost: FlattenCost) -> float:
    """The same for all that an account holds and all that its entries may yet bring; infinite for an entry of which no
    price is known."""
    entries = sum(
        remaining(order) * entry_price(order, account) * exit_now_pct(order.intent.symbol, context, cost) / 100.0
        for order in pending_entries(account)
        if remaining(order) > 0
    )
    return positions_cost(account.positions, context, cost) + entries


def exit_now_pct(symbol: str, context: MarketContext, cost: FlattenCost) -> float:
    """What of a position's worth the next check may find gone once it is closed there, in percent."""
    move = context.move_pct(symbol, cost.check_seconds)
    return cost.exit_pct + max(cost.adverse_pct, cost.adverse_sigmas * (0.0 if move is None else move))


def correlation_meter(reading: AccountReading, limit: float) -> Meter:
    """The mean correlation of all pairs of positions, weighted by worth × worth; 0 with fewer than two. A pair of
    which nothing is known counts as one bet: 1."""
    weighed = total = 0.0
    for one, two in combinations([each for each in reading.positions if each.quantity != 0], 2):
        known = reading.context.correlations(one.symbol, (two.symbol,))[two.symbol]
        value = 1.0 if math.isnan(known) else math.copysign(known, known * one.quantity * two.quantity)
        weight = abs(one.quantity * one.market_price * two.quantity * two.market_price)
        weighed, total = weighed + weight * value, total + weight
    used = max(weighed / total, 0.0) if total > 0 else 0.0
    return Meter(name=CORRELATION, used=used, limit=limit, pct=100.0 * used / limit)
