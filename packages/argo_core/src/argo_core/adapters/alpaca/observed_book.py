"""What our sequence of order changes says about the account: the side of the comparison that is ours. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from argo_core.adapters.alpaca.increments import decimal_of
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.direction import Direction
from argo_core.model.order import Fill, Order, OrderState
from argo_core.model.order_change import OrderChange

ADJUSTMENT = "adjust-"
UNRESOLVED = frozenset({OrderState.INTENDED, OrderState.UNKNOWN})
LIVE = frozenset({OrderState.HELD, OrderState.ACCEPTED, OrderState.PARTIALLY_FILLED})
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class ObservedBook:
    """`newest` change by our order id; `names` our id by the venue's; `quantities` signed by symbol, without zeros;
    `prices` of the last fill by symbol; `adjustments` counted by symbol; `since` is the first change's time."""

    newest: Mapping[str, OrderChange] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    quantities: Mapping[str, Decimal] = field(default_factory=dict)
    prices: Mapping[str, float] = field(default_factory=dict)
    adjustments: Mapping[str, int] = field(default_factory=dict)
    since: datetime | None = None
    last_fill_at: datetime | None = None

    def after(self, changes: Iterable[OrderChange]) -> ObservedBook:
        """The book after these changes, in their order."""
        newest, names = dict(self.newest), dict(self.names)
        quantities, prices, adjustments = dict(self.quantities), dict(self.prices), dict(self.adjustments)
        since, last = self.since, self.last_fill_at
        for change in changes:
            order, fill = change.order, change.fill
            name, symbol = order.intent.client_order_id, order.intent.symbol
            since = since or order.updated_at
            if name.startswith(ADJUSTMENT) and name not in newest:
                adjustments[symbol] = adjustments.get(symbol, 0) + 1
            newest[name] = change
            if has_venue_id(order):
                names[order.order_id] = name
            if fill is not None:
                quantities[symbol] = quantities.get(symbol, NOTHING) + signed(order, fill)
                prices[symbol] = fill.price
                last = fill.filled_at if last is None else max(last, fill.filled_at)
        held = {symbol: quantity for symbol, quantity in quantities.items() if quantity}
        return replace(
            self, newest=newest, names=names, quantities=held, prices=prices, adjustments=adjustments, since=since,
            last_fill_at=last,
        )  # fmt: skip

    def in_state(self, states: frozenset[OrderState]) -> list[Order]:
        """Orders whose last known state is one of these."""
        return [change.order for change in self.newest.values() if change.order.state in states]

    def by_venue_id(self, order_id: str) -> OrderChange | None:
        """The newest change of an order, by the venue's id."""
        name = self.names.get(order_id)
        return None if name is None else self.newest[name]


def has_venue_id(order: Order) -> bool:
    """False for an order that the venue has not named: until then it bears our own id twice."""
    return order.order_id != order.intent.client_order_id


def signed(order: Order, fill: Fill) -> Decimal:
    """The fill's quantity with the sign of its side."""
    return decimal_of(fill.quantity) * int(Direction.of_action(order.intent.action))


def takes_coins(symbol: str, action: str) -> bool:
    """True where the venue takes its fee out of what was bought."""
    return action == "BUY" and asset_type_of(symbol) is AssetType.CRYPTO


def gross_filled(order: Order) -> Decimal:
    """What the venue counts as filled: with the coins that it kept as its fee."""
    total = NOTHING
    for fill in order.fills:
        coins = fill.fee / fill.price if takes_coins(order.intent.symbol, order.intent.action) else 0.0
        total += decimal_of(fill.quantity) + decimal_of(round(coins, 12))
    return total
