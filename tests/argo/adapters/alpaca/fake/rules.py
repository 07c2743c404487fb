"""What Alpaca refuses, in its own words (collected from its documentation and from reports of its users)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from tests.argo.adapters.alpaca.fake.records import FakeOrder, Json, Refusal, text

CENT = Decimal("0.01")


def invalid(message: str, code: int = 42210000) -> Refusal:
    """A 422."""
    return Refusal(422, {"code": code, "message": message})


def forbidden(message: str, **more: object) -> Refusal:
    """A 403 of the family 40310000."""
    return Refusal(403, {"code": 40310000, "message": message, **more})


def not_found(message: str) -> Refusal:
    """A 404."""
    return Refusal(404, {"code": 40410000, "message": message})


def check_shape(order: FakeOrder, body: Json, price: Decimal) -> None:
    """Everything that follows from the order alone and the last price. Raises Refusal."""
    if (order.qty is None) == (order.notional is None):
        raise invalid("only one of qty or notional is accepted", 40010001)
    if order.qty is not None and order.qty <= 0:
        raise invalid("qty must be > 0")
    (_check_crypto if order.asset.crypto else _check_equity)(order, body, price)
    if order.complex:
        _check_complex(order, body, price)


def _check_crypto(order: FakeOrder, body: Json, price: Decimal) -> None:
    if order.time_in_force not in ("gtc", "ioc"):
        raise invalid("invalid crypto time_in_force")
    if order.type not in ("market", "limit", "stop_limit"):
        raise invalid("invalid order type for crypto order", 40010001)
    if order.complex or "take_profit" in body or "stop_loss" in body:
        raise invalid("crypto orders not allowed for advanced order_class: otoco", 40010001)
    cost = order.notional or (order.qty or Decimal(0)) * (order.limit_price or price)
    if cost < 10 and order.side == "buy":
        raise forbidden("cost basis must be >= minimal amount of order 10")
    increment = Decimal(order.asset.min_trade_increment or "0.000000001")
    if order.qty is not None and order.qty % increment:
        raise invalid(f"qty must be a multiple of {increment}")
    for value in filter(None, (order.limit_price, order.stop_price)):
        if value % Decimal(order.asset.price_increment or "0.000000001"):
            raise invalid(f"price increment of {value} is not valid")


def _check_equity(order: FakeOrder, body: Json, price: Decimal) -> None:
    whole = order.qty is not None and order.qty == order.qty.to_integral_value()
    if not whole:
        if not order.asset.fractionable:
            raise invalid(f'asset "{order.asset.symbol}" is not fractionable')
        if order.complex:
            raise invalid("fractional orders must be simple orders")
        if order.time_in_force != "day":
            raise invalid("fractional orders must be DAY orders")
    legs = (body.get("take_profit") or {}, body.get("stop_loss") or {})
    prices = [("limit_price", order.limit_price), ("stop_price", order.stop_price)]
    prices += [(name, Decimal(str(value))) for leg in legs for name, value in leg.items()]
    for name, value in prices:
        if value is not None and value != round(value, 2 if value >= 1 else 4):
            raise invalid(
                f"invalid {name} {text(value)}. sub-penny increment does not fulfill minimum pricing criteria"
            )


def _check_complex(order: FakeOrder, body: Json, price: Decimal) -> None:
    target = (body.get("take_profit") or {}).get("limit_price")
    stop = (body.get("stop_loss") or {}).get("stop_price")
    if order.order_class == "oto" and (target is None) == (stop is None):
        raise invalid("oto orders require exactly one of take_profit or stop_loss")
    if order.order_class in ("bracket", "oco") and (target is None or stop is None):
        raise invalid(f"{order.order_class} orders require take_profit.limit_price and stop_loss.stop_price")
    if order.order_class == "oco" and order.type != "limit":
        raise invalid("oco orders must be limit orders")
    if order.time_in_force not in ("day", "gtc"):
        raise invalid("complex orders must be day or gtc")
    rising = order.side == "buy" if order.order_class != "oco" else order.side == "sell"
    base = order.limit_price or price
    if stop is not None and (Decimal(stop) > base - CENT if rising else Decimal(stop) < base + CENT):
        relation = "less" if rising else "greater"
        raise invalid(f"stop price must be {relation} than {text(base)}")
    if target is not None and stop is not None and (Decimal(target) > Decimal(stop)) != rising:
        raise invalid("take_profit.limit_price must be beyond stop_loss.stop_price")


def check_wash(order: FakeOrder, resting: Iterable[FakeOrder]) -> None:
    """An opposing order of the same symbol may not trade with this one. Complex orders are exempt. Raises Refusal."""
    if order.complex:
        return
    for other in resting:
        if other.side == order.side or other.complex or not other.open:
            continue
        crossing = True
        if order.type in ("limit", "stop_limit") and other.type in ("limit", "stop_limit"):
            buy, sell = (order, other) if order.side == "buy" else (other, order)
            crossing = (buy.limit_price or 0) >= (sell.limit_price or 0)
        if crossing:
            raise forbidden(
                "potential wash trade detected. use complex orders",
                existing_order_id=other.id,
                reject_reason=f"opposite side {other.type} order exists",
            )
