"""From an intent to the body of POST /v2/orders: decimals as strings, rounded to what the asset allows. Pure.

Source: the schema CreateOrderRequest of Alpaca's Trading API, and its pages on order types, brackets and crypto.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from argo_core.adapters.alpaca import sdk
from argo_core.adapters.alpaca.increments import (
    Tradable,
    decimal_of,
    rounded_limit,
    rounded_quantity,
    rounded_stop,
    wire,
)
from argo_core.adapters.alpaca.symbol_forms import to_alpaca
from argo_core.errors import DataError
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.direction import Direction
from argo_core.model.order import OrderClass, OrderIntent, OrderType

LONGEST_ID = 128
Form = dict[str, Any]


def order_form(intent: OrderIntent, asset: Tradable, quantity: Decimal) -> Form:
    """What is sent for an intent of which `quantity` (> 0) may be ordered.

    Crypto goes out alone, whatever exits the intent names: the venue takes no bracket for it, its exits are orders of
    their own. Raises DataError for what the venue cannot take: bad_id, not_tradable, not_shortable, too_small,
    bad_price, no_crypto_stop, no_crypto_oco.
    """
    crypto = asset_type_of(intent.symbol) is AssetType.CRYPTO
    _require_possible(intent, asset, crypto)
    order_class = OrderClass.SIMPLE if crypto else intent.order_class
    complex_order = order_class is not OrderClass.SIMPLE
    units = rounded_quantity(quantity, asset, whole=complex_order)
    if units <= 0:
        raise DataError("too_small", f"{wire(quantity)} of {intent.symbol} is less than the venue takes: order more")
    side = int(Direction.of_action(intent.action))
    form: Form = {
        "symbol": to_alpaca(intent.symbol),
        "qty": wire(units),
        "side": (sdk.OrderSide.BUY if side > 0 else sdk.OrderSide.SELL).value,
        "type": sdk.OrderType(intent.order_type.value).value,
        "time_in_force": _time_in_force(intent, units, crypto, complex_order).value,
        "client_order_id": intent.client_order_id,
    }
    if complex_order:
        form["order_class"] = sdk.OrderClass(order_class.value).value
        form |= _exits(intent, side if intent.reduce_only else -side, asset)
    return form | _prices(intent, side, asset, order_class)


def _require_possible(intent: OrderIntent, asset: Tradable, crypto: bool) -> None:
    if not 0 < len(intent.client_order_id) <= LONGEST_ID:
        raise DataError("bad_id", f"a client order id has 1 to {LONGEST_ID} characters: shorten the executor's name")
    if not asset.tradable:
        raise DataError("not_tradable", f"{intent.symbol} cannot be traded here: take it from the universe")
    if crypto and intent.order_type is OrderType.STOP:
        raise DataError("no_crypto_stop", "crypto takes no plain stop: send a stop with a limit")
    if crypto and intent.order_class is OrderClass.OCO:
        raise DataError("no_crypto_oco", "crypto takes no pair of exits: keep one at the venue, watch the other")


def _time_in_force(intent: OrderIntent, units: Decimal, crypto: bool, complex_order: bool) -> sdk.TimeInForce:
    """What rests stays until it is cancelled; fractions and market orders in shares live for a day."""
    if crypto or complex_order:
        return sdk.TimeInForce.GTC
    fraction = units != units.to_integral_value()
    return sdk.TimeInForce.DAY if fraction or intent.order_type is OrderType.MARKET else sdk.TimeInForce.GTC


def _prices(intent: OrderIntent, side: int, asset: Tradable, order_class: OrderClass) -> Form:
    if order_class is OrderClass.OCO:
        return {}  # both prices stand in its exits
    needed = {
        "limit_price": intent.order_type in (OrderType.LIMIT, OrderType.STOP_LIMIT),
        "stop_price": intent.order_type in (OrderType.STOP, OrderType.STOP_LIMIT),
    }
    prices: Form = {}
    for name in (name for name, wanted in needed.items() if wanted):
        value: float | None = getattr(intent, name)
        if value is None:
            raise DataError("bad_price", f"an order of type {intent.order_type.value} needs a {name}: give it one")
        prices[name] = _price(rounded_limit if name == "limit_price" else rounded_stop, value, side, asset)
    return prices


def _exits(intent: OrderIntent, side: int, asset: Tradable) -> Form:
    exits: Form = {}
    if intent.take_profit_price is not None:
        exits["take_profit"] = {"limit_price": _price(rounded_limit, intent.take_profit_price, side, asset)}
    if intent.stop_loss_price is not None:
        exits["stop_loss"] = {"stop_price": _price(rounded_stop, intent.stop_loss_price, side, asset)}
    return exits


def _price(rounded: Any, value: float, side: int, asset: Tradable) -> str:
    price: Decimal = rounded(value, side, asset)
    if price <= 0 or decimal_of(value) <= 0:
        raise DataError("bad_price", "a price must be above zero: check the signal's stop and target")
    return wire(price)
