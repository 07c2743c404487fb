"""A venue under a test's control: it answers when told to, fills when told to, and others act on it too.

Not the simulated exchange: nothing here moves by itself. A bracket's legs are held until the entry is filled whole; an
OCO rests as its target with a stop beside it; an order that only reduces takes what rests against it off first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from argo_core.errors import StoreError
from argo_core.execution.holdings import Holdings
from argo_core.execution.order_ids import STOP, TARGET, related_order_id
from argo_core.execution.order_machine import ENDS, filled_quantity
from argo_core.model.bars import Bar
from argo_core.model.direction import Direction
from argo_core.model.execution import EXTERNAL
from argo_core.model.order import Fill, Order, OrderClass, OrderIntent, OrderState, OrderType, Quote
from argo_core.model.order_change import NumberedChange, OrderChange
from argo_core.model.position import AccountSnapshot, Position
from argo_core.ports.order_sweep import SweptOrder
from argo_core.ports.venue_sync import Refreshed

_OPEN = (OrderState.HELD, OrderState.ACCEPTED, OrderState.PARTIALLY_FILLED)


class MemoryVenue:
    """All five ports. Market orders fill whole at the mark unless `patient`; while `down`, nothing is answered; orders
    whose symbol is in `refusing` are rejected; `simulated` is what the account says of itself. What others did is
    `hidden` from the sequence until a refresh, and from a `forgetful` venue for ever."""

    def __init__(self, cash: float, now: Callable[[], datetime], *, simulated: bool = True) -> None:
        self.cash, self._now, self.simulated = cash, now, simulated
        self.down, self.patient, self.refusing = False, False, set[str]()
        self.hidden: list[OrderChange] = []
        self.forgetful = False
        self.submitted: list[OrderIntent] = []
        self._changes: list[OrderChange] = []
        self._orders: dict[str, Order] = {}
        self._marks: dict[str, Quote] = {}

    async def submit(self, intent: OrderIntent) -> Order:
        self._require_up()
        known = self._orders.get(intent.client_order_id)
        if known is not None:
            return known
        self.submitted.append(intent)
        if intent.symbol in self.refusing:
            return self._told(self._new(intent, OrderState.REJECTED))
        if intent.reduce_only:
            self._clear_the_way(intent)
        self._told(self._new(intent, OrderState.ACCEPTED))
        for leg, state in _legs(intent):
            self._told(self._new(leg, state), intent.client_order_id)
        mark = self._marks.get(intent.symbol)
        if intent.order_type is OrderType.MARKET and mark is not None and not self.patient:
            self.fill(intent.client_order_id, intent.quantity, mark.price)
        return self._orders[intent.client_order_id]

    async def cancel(self, client_order_id: str) -> Order:
        self._require_up()
        self.call_off(client_order_id)
        return self._orders[client_order_id]

    async def order(self, client_order_id: str) -> Order | None:
        self._require_up()
        return self._orders.get(client_order_id)

    async def snapshot(self) -> AccountSnapshot:
        self._require_up()
        held, cash = Holdings({}), self.cash
        for change in self._changes + self.hidden:
            held = held.with_change(change)
            if change.fill is not None:
                side = int(Direction.of_action(change.order.intent.action))
                cash -= side * change.fill.quantity * change.fill.price + change.fill.fee
        positions = tuple(
            Position(symbol=symbol, quantity=quantity, average_price=held.lots[symbol][0].price, market_price=price)
            for symbol, quantity in held.quantities().items()
            for price in [self._marks[symbol].price if symbol in self._marks else held.lots[symbol][0].price]
        )
        equity = cash + sum(one.quantity * one.market_price for one in positions)
        return AccountSnapshot(
            account_number="MEMORY", simulated=self.simulated, equity=equity, cash=cash,
            buying_power=max(cash, 0.0), trading_blocked=False, taken_at=self._now(), positions=positions,
            open_orders=tuple(order for order in self._orders.values() if order.state in _OPEN),
        )  # fmt: skip

    async def changes(self, after: int, limit: int) -> tuple[NumberedChange, ...]:
        self._require_up()
        some = enumerate(self._changes[after : after + limit], after + 1)
        return tuple(NumberedChange(position=position, change=change) for position, change in some)

    async def mark(self, bars: Sequence[Bar]) -> int:
        self._require_up()
        new = 0
        for bar in sorted(bars, key=lambda one: one.start):
            known = self._marks.get(bar.symbol)
            if known is None or bar.start > known.as_of:
                self._marks[bar.symbol] = Quote(price=bar.close, as_of=bar.start)
                new += 1
        return new

    async def last(self, symbol: str) -> Quote | None:
        return self._marks.get(symbol)

    async def refresh(self) -> Refreshed:
        self._require_up()
        found = [] if self.forgetful else self.hidden
        self._changes += found
        self.hidden = self.hidden[len(found) :]
        return Refreshed(changes=len(found), adopted=len(found))

    async def cancel_all(self) -> tuple[SweptOrder, ...]:
        self._require_up()
        names = [name for name, order in self._orders.items() if order.state in _OPEN]
        for name in names:
            self.call_off(name)
        return tuple(SweptOrder(client_order_id=name) for name in names)

    def fill(self, client_order_id: str, quantity: float, price: float, fee: float = 0.0) -> None:
        """So much of an order is filled; held legs come to life when it is whole, the other exit is called off."""
        order = self._orders[client_order_id]
        number = len(order.fills) + 1
        fill = Fill(
            execution_id=f"{client_order_id}-x{number}", quantity=quantity, price=price, fee=fee, filled_at=self._now()
        )
        fills = (*order.fills, fill)
        whole = filled_quantity(fills) >= order.intent.quantity
        ended = order.state if order.state in ENDS else OrderState.FILLED if whole else OrderState.PARTIALLY_FILLED
        self._told(msgspec.structs.replace(order, state=ended, fills=fills, updated_at=self._now()), fill=fill)
        if whole:
            self._wake(client_order_id)

    def call_off(self, client_order_id: str) -> None:
        """An order rests no longer, and with it the rest of its group."""
        group = client_order_id.removesuffix(f"-{STOP}").removesuffix(f"-{TARGET}")
        head = self._orders.get(group)
        heads = [group] if head is not None and head.intent.reduce_only else []
        for name in (client_order_id, *heads, *(related_order_id(group, role) for role in (STOP, TARGET))):
            order = self._orders.get(name)
            if order is not None and order.state in _OPEN:
                self._told(msgspec.structs.replace(order, state=OrderState.CANCELLED, updated_at=self._now()))

    def lose_leg(self, client_order_id: str) -> None:
        """One order is gone, and nothing else."""
        order = self._orders[client_order_id]
        self._told(msgspec.structs.replace(order, state=OrderState.CANCELLED, updated_at=self._now()))

    def others_trade(self, symbol: str, action: str, quantity: float, price: float) -> None:
        """Somebody else trades on this account: it shows in the positions at once, in the sequence after a refresh."""
        name = f"outside-{len(self._orders) + len(self.hidden)}"
        intent = OrderIntent(client_order_id=name, signal_id=EXTERNAL, symbol=symbol, action=action, quantity=quantity)
        fill = Fill(execution_id=f"{name}-x", quantity=quantity, price=price, fee=0.0, filled_at=self._now())
        order = Order(order_id=name, intent=intent, state=OrderState.FILLED, updated_at=self._now(), fills=(fill,))
        self.hidden.append(OrderChange(order=order, fill=fill))

    def state_of(self, client_order_id: str) -> OrderState:
        """An order's state now."""
        return self._orders[client_order_id].state

    def _wake(self, parent: str) -> None:
        for name in (related_order_id(parent, STOP), related_order_id(parent, TARGET)):
            leg = self._orders.get(name)
            if leg is not None and leg.state is OrderState.HELD:
                self._told(msgspec.structs.replace(leg, state=OrderState.ACCEPTED, updated_at=self._now()), parent)
        if self._orders[parent].intent.reduce_only:
            self.call_off(parent)

    def _clear_the_way(self, intent: OrderIntent) -> None:
        """What rests against the position is called off where it leaves too little for this order."""
        exits = [
            order
            for order in self._orders.values()
            if order.state in _OPEN
            and order.intent.reduce_only
            and (order.intent.symbol, order.intent.action) == (intent.symbol, intent.action)
        ]
        reserved: dict[str, float] = {}
        for order in exits:
            group = order.intent.client_order_id.removesuffix(f"-{STOP}").removesuffix(f"-{TARGET}")
            left = order.intent.quantity - filled_quantity(order.fills)
            reserved[group] = max(reserved.get(group, 0.0), left)
        if abs(self._held(intent.symbol)) - sum(reserved.values()) < intent.quantity:
            for order in exits:
                self.call_off(order.intent.client_order_id)

    def _held(self, symbol: str) -> float:
        held = Holdings({})
        for change in self._changes + self.hidden:
            held = held.with_change(change)
        return held.quantities().get(symbol, 0.0)

    def _new(self, intent: OrderIntent, state: OrderState) -> Order:
        return Order(order_id=f"V-{len(self._orders) + 1}", intent=intent, state=state, updated_at=self._now())

    def _told(self, order: Order, parent: str | None = None, fill: Fill | None = None) -> Order:
        self._orders[order.intent.client_order_id] = order
        self._changes.append(OrderChange(order=order, fill=fill, parent=parent))
        return order

    def _require_up(self) -> None:
        if self.down:
            raise StoreError("the venue cannot be reached: try again later")


def _legs(intent: OrderIntent) -> list[tuple[OrderIntent, OrderState]]:
    """The exits of a bracket, held; the stop beside the target of an OCO, at work."""
    oco = intent.order_class is OrderClass.OCO
    if intent.reduce_only and not oco:
        return []
    action = intent.action if oco else Direction(-Direction.of_action(intent.action)).action
    prices = [(STOP, OrderType.STOP, intent.stop_loss_price)]
    if not oco:
        prices.append((TARGET, OrderType.LIMIT, intent.take_profit_price))
    return [
        (
            OrderIntent(
                client_order_id=related_order_id(intent.client_order_id, role), signal_id=intent.signal_id,
                symbol=intent.symbol, action=action, quantity=intent.quantity, order_type=kind,
                stop_price=price if kind is OrderType.STOP else None,
                limit_price=price if kind is OrderType.LIMIT else None, reduce_only=True,
            ),
            OrderState.ACCEPTED if oco else OrderState.HELD,
        )
        for role, kind, price in prices
        if price is not None
    ]  # fmt: skip
