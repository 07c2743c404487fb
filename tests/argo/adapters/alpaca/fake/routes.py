"""Which part of the fake answers which address."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from tests.argo.adapters.alpaca.fake import rules
from tests.argo.adapters.alpaca.fake.exchange import FakeExchange
from tests.argo.adapters.alpaca.fake.records import FakeAsset, FakeOrder, Json, Refusal, text

VECTORS = Path(__file__).parents[4] / "vectors" / "alpaca"
Answer = tuple[int, Any]


def answer_of(exchange: FakeExchange, method: str, path: str, query: dict[str, str], body: Json) -> Answer:
    """Status and body. Raises Refusal."""
    kind, _, rest = path.removeprefix("/v2/").partition("/")
    routes: dict[tuple[str, str], Callable[[], Answer]] = {
        ("GET", "account"): partial(_account, exchange, rest, query),
        ("GET", "clock"): partial(_clock, exchange),
        ("GET", "calendar"): _calendar,
        ("GET", "assets"): partial(_assets, exchange, rest),
        ("POST", "orders"): partial(_submit, exchange, body),
        ("GET", "orders"): partial(_orders, exchange, rest, query),
        ("PATCH", "orders"): partial(_replace, exchange, rest, body),
        ("DELETE", "orders"): partial(_cancel, exchange, rest),
        ("GET", "orders:by_client_order_id"): partial(_by_client_id, exchange, query),
        ("GET", "positions"): partial(_positions, exchange, rest),
        ("DELETE", "positions"): partial(_close, exchange, rest, query),
    }
    route = routes.get((method, kind))
    if route is None:
        raise Refusal(404, {"message": "endpoint not found."})
    return route()


def _vector(name: str) -> Any:
    return json.loads((VECTORS / name).read_text("utf-8"))


def _account(exchange: FakeExchange, rest: str, query: dict[str, str]) -> Answer:
    if rest == "activities/FILL":
        return 200, _activities(exchange, query)
    if rest:
        raise Refusal(404, {"message": "endpoint not found."})
    money = {"equity": exchange.equity(), "cash": exchange.cash, "buying_power": exchange.buying_power()}
    money |= {"non_marginable_buying_power": exchange.buying_power(), "portfolio_value": exchange.equity()}
    row = _vector("alpaca_account.json") | {name: text(value) for name, value in money.items()}
    return 200, row | {"account_number": exchange.account_number} | exchange.account_more


def _activities(exchange: FakeExchange, query: dict[str, str]) -> list[Json]:
    rows = sorted(exchange.activities, key=lambda row: (row["transaction_time"], row["id"]))
    if "order_id" in query:
        rows = [row for row in rows if row["order_id"] == query["order_id"]]
    if "after" in query:
        after = datetime.fromisoformat(query["after"])
        rows = [row for row in rows if datetime.fromisoformat(row["transaction_time"]) > after]
    if query.get("direction", "desc") == "desc":
        rows.reverse()
    if "page_token" in query:
        ids = [row["id"] for row in rows]
        rows = rows[ids.index(query["page_token"]) + 1 :]
    return rows[: int(query.get("page_size", "100"))]


def _clock(exchange: FakeExchange) -> Answer:
    return 200, _vector("alpaca_clock.json") | {"is_open": exchange.is_open, "timestamp": exchange.now()}


def _calendar() -> Answer:
    return 200, _vector("alpaca_calendar.json")


def _assets(exchange: FakeExchange, rest: str) -> Answer:
    if rest:
        return 200, exchange.asset(rest).json()
    return 200, [asset.json() for asset in exchange.assets.values()]


def _row(exchange: FakeExchange, order: FakeOrder, nested: bool = True) -> Json:
    legs = [exchange.orders[leg].json() for leg in order.legs] if nested and order.legs else None
    return order.json(legs)


def _submit(exchange: FakeExchange, body: Json) -> Answer:
    return 200, _row(exchange, exchange.submit(body))


def _orders(exchange: FakeExchange, rest: str, query: dict[str, str]) -> Answer:
    nested = query.get("nested") in ("true", "True")
    if rest:
        return 200, _row(exchange, exchange.order(rest), nested)
    wanted = query.get("status", "open")
    rows = [each for each in exchange.orders.values() if wanted == "all" or each.open == (wanted == "open")]
    if "symbols" in query:
        names = query["symbols"].split(",")
        rows = [each for each in rows if each.asset.symbol.replace("/", "") in names]
    if nested:
        inside = {leg for each in rows for leg in each.legs}
        rows = [each for each in rows if each.id not in inside]
    rows.sort(key=lambda each: each.number, reverse=query.get("direction", "desc") == "desc")
    if "after_order_id" in query:
        ids = [each.id for each in rows]
        rows = rows[ids.index(query["after_order_id"]) + 1 :]
    return 200, [_row(exchange, each, nested) for each in rows[: int(query.get("limit", "50"))]]


def _by_client_id(exchange: FakeExchange, query: dict[str, str]) -> Answer:
    name = query.get("client_order_id")
    found = next((each for each in exchange.orders.values() if each.client_order_id == name), None)
    exchange.hidden_looks -= 1
    if found is None or exchange.hidden_looks >= 0:
        raise rules.not_found(f"order not found for {name}")
    return 200, _row(exchange, found, nested=False)


def _replace(exchange: FakeExchange, rest: str, body: Json) -> Answer:
    return 200, _row(exchange, exchange.replace(rest, body))


def _cancel(exchange: FakeExchange, rest: str) -> Answer:
    if rest:
        exchange.cancel(rest)
        return 204, None
    answers: list[Json] = []
    for order in [each for each in exchange.orders.values() if each.open]:
        if order.open:
            exchange.cancel(order.id)
        answers.append({"id": order.id, "status": 200})
    return 207, answers


def _position_row(exchange: FakeExchange, asset: FakeAsset) -> Json:
    position = exchange.positions.get(asset.symbol)
    if position is None:
        raise rules.not_found("position does not exist")
    return position.json(exchange.price(asset), exchange.available(asset))


def _positions(exchange: FakeExchange, rest: str) -> Answer:
    if rest:
        return 200, _position_row(exchange, exchange.asset(rest))
    return 200, [_position_row(exchange, position.asset) for position in exchange.positions.values()]


def _close(exchange: FakeExchange, rest: str, query: dict[str, str]) -> Answer:
    if rest:
        return 200, _closing(exchange, exchange.asset(rest), query)
    if query.get("cancel_orders") in ("true", "True"):
        _cancel(exchange, "")
    answers: list[Json] = []
    for position in list(exchange.positions.values()):
        symbol = position.asset.symbol
        try:
            answers.append({"symbol": symbol, "status": 200, "body": _closing(exchange, position.asset, {})})
        except Refusal as refusal:
            answers.append({"symbol": symbol, "status": refusal.status, "body": refusal.body})
    return 207, answers


def _closing(exchange: FakeExchange, asset: FakeAsset, query: dict[str, str]) -> Json:
    position = exchange.positions.get(asset.symbol)
    if position is None:
        raise rules.not_found("position does not exist")
    share = Decimal(query.get("percentage", "100")) / 100
    quantity = Decimal(query["qty"]) if "qty" in query else abs(position.qty) * share
    order = exchange.submit(
        {
            "symbol": asset.symbol,
            "qty": format(quantity.normalize(), "f"),
            "side": "sell" if position.qty > 0 else "buy",
            "type": "market",
            "time_in_force": "gtc" if asset.crypto else "day",
        }
    )
    return _row(exchange, order)
