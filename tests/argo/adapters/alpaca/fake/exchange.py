"""The fake's state: one account with its orders, positions and activities, moved by prices that the test sets."""

from __future__ import annotations

import itertools
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tests.argo.adapters.alpaca.fake import rules
from tests.argo.adapters.alpaca.fake.records import FakeAsset, FakeOrder, FakePosition, Json, text

ZERO = Decimal(0)
START = datetime(2026, 9, 28, 14, 30, tzinfo=UTC)


def default_assets() -> dict[str, FakeAsset]:
    """What the tests trade."""
    assets = [
        FakeAsset("AAPL"),
        FakeAsset("MSFT"),
        FakeAsset("BRK.A", fractionable=False),
        FakeAsset("PENNY"),
        FakeAsset(
            "BTC/USD", "crypto", min_order_size="0.0001", min_trade_increment="0.0001", price_increment="1"
        ),
        FakeAsset("ETH/USD", "crypto", min_order_size="0.001", min_trade_increment="0.001", price_increment="0.1"),
    ]  # fmt: skip
    return {asset.symbol: asset for asset in assets}


@dataclass
class FakeExchange:
    """`largest_fill` splits fills; `cancel_reads` says how often an order reads pending_cancel before it is canceled;
    `fills_at_once` off leaves market orders in accepted. `hidden_looks` lookups by client id find nothing. `heard` gets
    each trade update."""

    account_number: str = "PA0FAKE00001"
    cash: Decimal = Decimal(10_000)
    assets: dict[str, FakeAsset] = field(default_factory=default_assets)
    prices: dict[str, Decimal] = field(default_factory=dict)
    orders: dict[str, FakeOrder] = field(default_factory=dict)
    positions: dict[str, FakePosition] = field(default_factory=dict)
    activities: list[Json] = field(default_factory=list)
    account_more: Json = field(default_factory=dict)
    is_open: bool = True
    fills_at_once: bool = True
    largest_fill: Decimal | None = None
    cancel_reads: int = 0
    coin_fee: Decimal = Decimal("0.0025")
    names_groups: bool = True
    asset_error: str | None = None
    hidden_looks: int = 0
    heard: Callable[[Json], None] | None = None
    _split: set[str] = field(default_factory=set)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def now(self) -> str:
        """The venue's time: each look is later than the one before."""
        return (START + timedelta(milliseconds=next(self._numbers))).isoformat().replace("+00:00", "Z")

    def asset(self, symbol: str) -> FakeAsset:
        """By either form of its symbol. Raises Refusal."""
        if self.asset_error is not None:
            raise rules.forbidden(self.asset_error)
        found = next(
            (each for each in self.assets.values() if symbol in (each.symbol, each.symbol.replace("/", ""))), None
        )
        if found is None:
            raise rules.not_found(f"asset not found for {symbol}")
        return found

    def price(self, asset: FakeAsset) -> Decimal:
        return self.prices.get(asset.symbol, Decimal(100))

    # --- orders ------------------------------------------------------------------------------------------------------

    def submit(self, body: Json) -> FakeOrder:
        """A new order, or Refusal."""
        name = str(body.get("client_order_id") or uuid.uuid4())
        if any(order.client_order_id == name for order in self.orders.values()):
            raise rules.invalid("client_order_id must be unique", 40010001)
        order = self._new(body, name)
        rules.check_shape(order, body, self.price(order.asset))
        rules.check_wash(order, self.resting(order.asset))
        self._check_means(order)
        self._place(order, body)
        return order

    def _new(self, body: Json, name: str) -> FakeOrder:
        number = next(self._numbers)
        decimal = {
            key: Decimal(str(body[key])) for key in ("qty", "notional", "limit_price", "stop_price") if body.get(key)
        }
        order_class = str(body.get("order_class") or "")
        if order_class == "oco":
            decimal["limit_price"] = Decimal(str((body.get("take_profit") or {}).get("limit_price", "0")))
        order = FakeOrder(
            id=str(uuid.UUID(int=(0xA1 << 120) + number)), client_order_id=name, asset=self.asset(str(body["symbol"])),
            side=str(body["side"]), type=str(body["type"]), time_in_force=str(body["time_in_force"]),
            qty=decimal.get("qty"), notional=decimal.get("notional"), limit_price=decimal.get("limit_price"),
            stop_price=decimal.get("stop_price"), order_class=order_class, created_at=self.now(), number=number,
        )  # fmt: skip
        if order.complex and self.names_groups:
            order.group_id = str(uuid.UUID(int=(0xB1 << 120) + number))
            order.group_role = "take_profit" if order_class == "oco" else "entry"
        return order

    def _place(self, order: FakeOrder, body: Json) -> None:
        self.orders[order.id] = order
        for role in ("take_profit", "stop_loss"):
            if order.complex and body.get(role) and not (order.order_class == "oco" and role == "take_profit"):
                leg = self._leg(order, role, body[role])
                self.orders[leg.id] = leg
                order.legs.append(leg.id)
        self._tell("pending_new" if order.asset.crypto else "new", order)

    def _leg(self, order: FakeOrder, role: str, prices: Json) -> FakeOrder:
        target = role == "take_profit"
        number = next(self._numbers)
        opposite = "sell" if order.side == "buy" else "buy"
        limit = Decimal(str(prices["limit_price"])) if prices.get("limit_price") else None
        stop = None if target else Decimal(str(prices["stop_price"]))
        return FakeOrder(
            id=str(uuid.UUID(int=(0xA1 << 120) + number)), client_order_id=str(uuid.UUID(int=(0xC1 << 120) + number)),
            asset=order.asset, side=order.side if order.order_class == "oco" else opposite,
            type="limit" if target else ("stop_limit" if limit else "stop"), time_in_force=order.time_in_force,
            qty=order.qty, limit_price=limit, stop_price=stop, order_class=order.order_class, status="held",
            group_id=order.group_id, group_role=None if order.group_id is None else role, parent=order.id,
            created_at=self.now(), number=number,
        )  # fmt: skip

    def settle(self) -> None:
        """Let every order trade that can at the present prices."""
        again = True
        while again:
            again = any(self._match(order) for order in list(self.orders.values()))

    def move(self, symbol: str, price: str | int | float) -> None:
        """The market trades at a price; orders that it reaches fill."""
        self.prices[self.asset(symbol).symbol] = Decimal(str(price))
        self._split.clear()
        self.settle()

    def _match(self, order: FakeOrder) -> bool:
        """True if something of the order traded."""
        active = order.status in ("new", "accepted", "pending_new", "partially_filled") or (
            order.status == "held" and self._armed(order)
        )
        market = order.type == "market"
        if not active or (market and not self.fills_at_once) or not (self.is_open or order.asset.crypto):
            return False
        price = self._trade_price(order)
        if price is None:
            return False
        if order.notional is not None and order.qty is None:
            order.qty = round(order.notional / price, 9)
        limit = self.largest_fill
        quantity = order.left if limit is None else min(order.left, limit)
        if order.client_order_id in self._split and limit is not None:
            return False
        self.fill(order, quantity, price)
        if order.left > 0:
            self._split.add(order.client_order_id)  # the rest waits for the next price
            return False
        return True

    def _armed(self, order: FakeOrder) -> bool:
        """A stop leg that stands for something: its entry is filled, or it came with an OCO."""
        parent = self.orders.get(order.parent or "")
        return parent is not None and (parent.status == "filled" or (parent.order_class == "oco" and parent.open))

    def _trade_price(self, order: FakeOrder) -> Decimal | None:
        price = self.price(order.asset)
        buys = order.side == "buy"
        if order.stop_price is not None and not order.triggered:
            if price < order.stop_price if buys else price > order.stop_price:
                return None
            order.triggered = True
        if order.limit_price is not None and (price > order.limit_price if buys else price < order.limit_price):
            return None
        return price

    def fill(self, order: FakeOrder, quantity: Decimal, price: Decimal) -> None:
        """Execute a part of an order: position, cash, activity, update; then what follows for its group."""
        order.filled_qty += quantity
        order.filled_value += quantity * price
        order.updated_at = order.filled_at = self.now()
        done = order.left <= 0
        order.status = "filled" if done else "partially_filled"
        position_qty = self._book(order, quantity, price)
        execution = str(uuid.UUID(int=(0xE1 << 120) + next(self._numbers)))
        self.activities.append(self._activity(order, quantity, price, execution))
        update = {"price": text(price), "qty": text(quantity), "position_qty": text(position_qty)}
        self._tell("fill" if done else "partial_fill", order, execution, update)
        if done:
            self._after_fill(order)
        elif order.parent is not None or order.order_class == "oco":
            for other in self._siblings(order):
                other.qty = order.left

    def _activity(self, order: FakeOrder, quantity: Decimal, price: Decimal, execution: str) -> Json:
        stamp = re.sub(r"[^0-9]", "", order.updated_at)[:17]
        return {
            "activity_type": "FILL",
            "id": f"{stamp}::{execution}",
            "cum_qty": text(order.filled_qty),
            "leaves_qty": text(order.left),
            "order_id": order.id,
            "order_status": order.status,
            "price": text(price),
            "qty": text(quantity),
            "side": order.side,
            "symbol": order.asset.symbol,
            "transaction_time": order.updated_at,
            "type": "partial_fill" if order.left > 0 else "fill",
        }

    def _book(self, order: FakeOrder, quantity: Decimal, price: Decimal) -> Decimal:
        signed = quantity if order.side == "buy" else -quantity
        fee = quantity * self.coin_fee if order.asset.crypto else ZERO
        held = self.positions.pop(order.asset.symbol, FakePosition(order.asset, ZERO, ZERO))
        self.cash -= signed * price
        if order.asset.crypto and signed > 0:
            signed -= fee
        elif order.asset.crypto:
            self.cash -= fee * price
        cost = held.cost + signed * price
        if held.qty and held.qty * signed < 0:
            cost = held.cost * (1 + signed / held.qty) if abs(signed) <= abs(held.qty) else (held.qty + signed) * price
        quantity = held.qty + signed
        if quantity:
            self.positions[order.asset.symbol] = FakePosition(order.asset, quantity, cost)
        return quantity

    def _siblings(self, order: FakeOrder) -> list[FakeOrder]:
        root = order.parent or order.id
        family = [each for each in self.orders.values() if root in (each.id, each.parent) and each is not order]
        return [each for each in family if each.open and not (each.id == root and each.order_class != "oco")]

    def _after_fill(self, order: FakeOrder) -> None:
        if order.parent is None and order.order_class in ("bracket", "oto"):
            for leg in self._siblings(order):
                if leg.group_role == "take_profit" or leg.type == "limit" or len(order.legs) == 1:
                    leg.status = "new"
                    self._tell("new", leg)
        elif order.complex:
            for other in self._siblings(order):
                self._end(other)

    # --- cancelling --------------------------------------------------------------------------------------------------

    def cancel(self, order_id: str) -> None:
        """As asked for; or Refusal."""
        order = self.order(order_id)
        if not order.open:
            raise rules.invalid("order is not cancelable")
        family = [order, *self._siblings(order)] if order.complex else [order]
        for each in family:
            if each.status == "pending_cancel":
                continue
            if self.cancel_reads:
                each.status, each.cancel_reads = "pending_cancel", self.cancel_reads
            else:
                self._end(each)

    def _end(self, order: FakeOrder) -> None:
        order.status = "canceled"
        order.updated_at = order.canceled_at = self.now()
        self._tell("canceled", order)

    def order(self, order_id: str) -> FakeOrder:
        """By id; a pending cancel is one look nearer to its end. Raises Refusal."""
        order = self.orders.get(order_id)
        if order is None:
            raise rules.not_found(f"order not found for {order_id}")
        if order.status == "pending_cancel":
            order.cancel_reads -= 1
            if order.cancel_reads <= 0:
                self._end(order)
        return order

    def replace(self, order_id: str, body: Json) -> FakeOrder:
        """The new order. Raises Refusal."""
        old = self.order(order_id)
        if not old.open:
            raise rules.invalid(f'order is already in "{old.status}" state')
        if old.status in ("accepted", "pending_new", "pending_cancel", "pending_replace"):
            raise rules.invalid(f"cannot replace order in {old.status} status")
        number = next(self._numbers)
        new = FakeOrder(
            id=str(uuid.UUID(int=(0xA1 << 120) + number)),
            client_order_id=str(body.get("client_order_id") or uuid.uuid4()),
            asset=old.asset, side=old.side, type=old.type, time_in_force=old.time_in_force,
            qty=Decimal(str(body.get("qty", old.qty))), created_at=self.now(), number=number,
            order_class=old.order_class,
            limit_price=Decimal(str(body["limit_price"])) if "limit_price" in body else old.limit_price,
            stop_price=Decimal(str(body["stop_price"])) if "stop_price" in body else old.stop_price,
            status=old.status, group_id=old.group_id, group_role=old.group_role, parent=old.parent, replaces=old.id,
        )  # fmt: skip
        old.status, old.replaced_by, old.replaced_at = "replaced", new.id, self.now()
        self.orders[new.id] = new
        self._tell("replaced", old)
        return new

    # --- account -----------------------------------------------------------------------------------------------------

    def resting(self, asset: FakeAsset) -> list[FakeOrder]:
        """Open orders of an asset."""
        return [order for order in self.orders.values() if order.open and order.asset is asset]

    def available(self, asset: FakeAsset) -> Decimal:
        """How much of a position no exit holds: of a group only the largest member counts."""
        position = self.positions.get(asset.symbol)
        if position is None:
            return ZERO
        side = "sell" if position.qty > 0 else "buy"
        held: dict[str, Decimal] = {}
        for order in self.resting(asset):
            waiting = order.parent is not None and not (order.status == "new" or self._armed(order))
            if order.side == side and not waiting:
                root = order.parent or order.id
                held[root] = max(held.get(root, ZERO), order.left)
        return max(abs(position.qty) - sum(held.values(), ZERO), ZERO)

    def _check_means(self, order: FakeOrder) -> None:
        """Shares to sell, or money to buy with. Raises Refusal."""
        position = self.positions.get(order.asset.symbol)
        held = ZERO if position is None else position.qty
        price = order.limit_price or self.price(order.asset)
        quantity = order.qty if order.qty is not None else (order.notional or ZERO) / price
        if held and (held > 0) == (order.side == "sell"):
            free = self.available(order.asset)
            if quantity > free:
                related = [each.id for each in self.resting(order.asset) if each.side == order.side]
                raise rules.forbidden(
                    f"insufficient qty available for order (requested: {text(quantity)}, available: {text(free)})",
                    available=text(free), existing_qty=text(abs(held)), held_for_orders=text(abs(held) - free),
                    related_orders=related, symbol=order.asset.symbol,
                )  # fmt: skip
            return
        if order.side == "sell" and order.asset.crypto:
            coin = order.asset.symbol.partition("/")[0]
            raise rules.forbidden(f"insufficient balance for {coin} (requested: {text(quantity)}, available: 0)")
        if order.side == "sell" and not order.asset.shortable:
            raise rules.invalid(f'asset "{order.asset.symbol}" cannot be sold short')
        if quantity * price > self.buying_power():
            raise rules.forbidden(
                "insufficient buying power", buying_power=text(self.buying_power()), cost_basis=text(quantity * price)
            )

    def equity(self) -> Decimal:
        return self.cash + sum((each.qty * self.price(each.asset) for each in self.positions.values()), ZERO)

    def buying_power(self) -> Decimal:
        gross = sum((abs(each.qty) * self.price(each.asset) for each in self.positions.values()), ZERO)
        return max(self.equity() - gross, ZERO)

    def _tell(self, event: str, order: FakeOrder, execution: str | None = None, more: Json | None = None) -> None:
        if self.heard is not None:
            known = execution or str(uuid.UUID(int=(0xE1 << 120) + next(self._numbers)))
            self.heard(
                {"event": event, "execution_id": known, "order": order.json(), "timestamp": self.now(), **(more or {})}
            )
