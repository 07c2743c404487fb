"""Where a bar meets the orders that rest on a simulated exchange. Pure.

Within a bar the order of prices is unknown but for the first: what holds at the open fills at the open; then stops
before limits, so that a bar that touches both ends of a bracket counts as stopped.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from argo_core.execution.costs import CostPolicy
from argo_core.execution.exchange_book import LiveOrder
from argo_core.model.bars import Bar
from argo_core.model.direction import Direction
from argo_core.model.order import OrderIntent, OrderState, OrderType

TRIGGERED = "its stop price was reached"
STOPS = (OrderType.STOP, OrderType.STOP_LIMIT)


class Touch(msgspec.Struct, frozen=True, gc=False):
    """`at` is the bar's price at which it happens, `price` what the order gets, both in quote currency. A `price` of
    None: the stop price was reached, and its limit is not. `rises`: the bar was on its way up to that price."""

    name: str
    at_open: bool
    at: float
    price: float | None
    rises: bool

    def rest_of(self, bar: Bar) -> Bar:
        """What certainly came after it: on from the open everything; else the far end of the way it was on, and of the
        other end no more than the close."""
        if self.at_open:
            return bar
        if self.rises:
            return msgspec.structs.replace(bar, open=self.at, low=min(self.at, bar.close))
        return msgspec.structs.replace(bar, open=self.at, high=max(self.at, bar.close))


def touches(resting: Iterable[LiveOrder], bar: Bar, costs: CostPolicy) -> list[Touch]:
    """In the order in which they happen. A leg that waits for its entry is not touched, nor any order by a bar from
    before its decision."""
    found: list[tuple[bool, bool, Touch]] = []
    for live in resting:
        intent = live.order.intent
        if intent.symbol != bar.symbol or live.order.state is OrderState.HELD:
            continue
        if intent.decided_on is not None and bar.start < intent.decided_on.as_of:
            continue
        touch = _touch(live, bar, costs)
        if touch is not None:
            found.append((not touch.at_open, intent.order_type is OrderType.LIMIT, touch))
    if len(found) > 1:
        found.sort(key=lambda one: one[:2])
    return [touch for _, _, touch in found]


def is_triggered(live: LiveOrder) -> bool:
    """True for a stop order whose price was reached before: it has become a market or a limit order."""
    return live.order.reason == TRIGGERED or bool(live.order.fills)


def _touch(live: LiveOrder, bar: Bar, costs: CostPolicy) -> Touch | None:
    intent = live.order.intent
    side = int(Direction.of_action(intent.action))
    stands = intent.order_type not in STOPS or is_triggered(live)
    if intent.order_type is OrderType.MARKET or (stands and intent.order_type is OrderType.STOP):
        return Touch(intent.client_order_id, True, bar.open, costs.slipped(bar.open, side), side > 0)
    if stands:
        return _at_limit(intent, side, bar, costs)
    at = _reached(bar, intent.stop_price, rises=side > 0)
    if at is None:
        return None
    triggered = Touch(intent.client_order_id, at == bar.open, at, costs.slipped(at, side), side > 0)
    return triggered if intent.order_type is OrderType.STOP else _within_limit(triggered, intent, side, bar, costs)


def _at_limit(intent: OrderIntent, side: int, bar: Bar, costs: CostPolicy) -> Touch | None:
    if intent.limit_price is None:
        return None
    # The middle of the spread at which the other side's price is the limit.
    middle = intent.limit_price / costs.quoted(1.0, side)
    at = _reached(bar, middle, rises=side < 0)
    if at is None:
        return None
    price = costs.quoted(at, side) if at == bar.open else intent.limit_price
    return Touch(intent.client_order_id, at == bar.open, at, price, side < 0)


def _within_limit(triggered: Touch, intent: OrderIntent, side: int, bar: Bar, costs: CostPolicy) -> Touch:
    """A stop-limit order at the moment at which its stop price is reached."""
    limit, price = intent.limit_price, triggered.price
    if limit is None or price is None:
        return Touch(triggered.name, triggered.at_open, triggered.at, None, triggered.rises)
    if side * (costs.quoted(triggered.at, side) - limit) <= 0:
        capped = min(price, limit) if side > 0 else max(price, limit)
        return Touch(triggered.name, triggered.at_open, triggered.at, capped, triggered.rises)
    # Beyond its limit already: it fills where what certainly followed comes back to it.
    later = _at_limit(intent, side, triggered.rest_of(bar), costs)
    return later or Touch(triggered.name, triggered.at_open, triggered.at, None, triggered.rises)


def _reached(bar: Bar, level: float | None, *, rises: bool) -> float | None:
    """The open if it is there already, else the level if the bar comes to it, else None."""
    if level is None:
        return None
    if rises:
        return bar.open if bar.open >= level else (level if bar.high >= level else None)
    return bar.open if bar.open <= level else (level if bar.low <= level else None)
