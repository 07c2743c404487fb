"""Fills with what they cost beyond the price of the moment."""

from __future__ import annotations

from collections.abc import Iterable

from argo_core.backtest.profit_result import FillRecord
from argo_core.execution.costs import CostPolicy
from argo_core.model.direction import Direction
from argo_core.model.order import Fill, OrderIntent, OrderType
from argo_core.ports.execution_journal import NotedChange


def fill_records(changes: Iterable[NotedChange], costs: CostPolicy) -> tuple[FillRecord, ...]:
    """One record per fill, in the venue's order. A taker's price holds slippage and half the spread, a maker's half the
    spread; a stop-limit order is counted as a taker's, which is more than its limit may have let it pay."""
    told = ((noted.numbered.change.order.intent, noted.numbered.change.fill) for noted in changes)
    return tuple(_record(intent, fill, costs) for intent, fill in told if fill is not None)


def _record(intent: OrderIntent, fill: Fill, costs: CostPolicy) -> FillRecord:
    side = int(Direction.of_action(intent.action))
    maker = intent.order_type is OrderType.LIMIT
    share = costs.quoted(1.0, side) if maker else costs.slipped(1.0, side)
    return FillRecord(
        symbol=intent.symbol,
        signal_id=intent.signal_id,
        at=fill.filled_at,
        quantity=fill.quantity * side,
        price=fill.price,
        fee=fill.fee,
        slipped=abs(fill.price - fill.price / share) * fill.quantity,
    )
