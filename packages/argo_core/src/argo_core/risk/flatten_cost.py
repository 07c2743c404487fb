"""What getting out of everything now would cost, and how much of one bet the open positions are."""

from __future__ import annotations

import math
from itertools import combinations

from argo_core.risk.reading import AccountReading
from argo_core.risk.watch_rules import FlattenCost
from argo_core.risk.watched import CORRELATION, Meter


def flatten_cost(reading: AccountReading, cost: FlattenCost) -> float:
    """Quote currency, ≥ 0: each position's worth times the cost of an exit and of the move until the next check."""
    total = 0.0
    for position in reading.positions:
        move = reading.context.move_pct(position.symbol, cost.check_seconds)
        adverse = max(cost.adverse_pct, cost.adverse_sigmas * (0.0 if move is None else move))
        total += abs(position.quantity * position.market_price) * (cost.exit_pct + adverse) / 100.0
    return total


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
