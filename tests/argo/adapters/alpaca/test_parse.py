"""Alpaca's words in ours: its samples, its errors, states and fields that nobody described."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from argo_core.adapters.alpaca.holding_parse import parse_asset, parse_executions, parse_position, parse_positions
from argo_core.adapters.alpaca.increments import (
    Tradable,
    decimal_of,
    rounded_limit,
    rounded_quantity,
    rounded_stop,
    wire,
)
from argo_core.adapters.alpaca.order_form import order_form
from argo_core.adapters.alpaca.order_parse import parse_order, parse_orders
from argo_core.adapters.alpaca.refusal_parse import RefusalKind, parse_refusal
from argo_core.adapters.alpaca.stream_parse import is_authorized, parse_frame, parse_update
from argo_core.adapters.alpaca.symbol_forms import from_alpaca, position_path, to_alpaca
from argo_core.errors import DataError
from argo_core.model.order import OrderState, OrderType
from tests.argo.adapters.alpaca.fake.exchange import START
from tests.argo.adapters.alpaca.orders import bracket, close, intent

VECTORS = Path(__file__).parents[3] / "vectors" / "alpaca"
SHARES = Tradable("AAPL", tradable=True, shortable=True, fractionable=True)
WHOLE = Tradable("BRK.A", tradable=True, shortable=True, fractionable=False)
COIN = Tradable("BTC-USD", True, False, True, Decimal("0.0001"), Decimal("0.0001"), Decimal(1))


def vector(name: str) -> Any:
    return json.loads((VECTORS / f"alpaca_{name}.json").read_text("utf-8"))


def order_with(**changes: Any) -> bytes:
    return json.dumps({**vector("order_equity_accepted"), **changes}).encode()


@pytest.mark.parametrize(
    ("status", "filled", "state"),
    [
        ("new", "0", OrderState.ACCEPTED),
        ("pending_cancel", "0", OrderState.ACCEPTED),
        ("accepted", "1", OrderState.PARTIALLY_FILLED),
        ("held", "0", OrderState.HELD),
        ("filled", "2", OrderState.FILLED),
        ("calculated", "2", OrderState.FILLED),
        ("canceled", "1", OrderState.CANCELLED),
        ("replaced", "0", OrderState.CANCELLED),
        ("expired", "0", OrderState.EXPIRED),
        ("rejected", "0", OrderState.REJECTED),
        ("quantum_pending", "0", OrderState.ACCEPTED),
    ],
)
def test_every_state_has_a_word_of_ours(status: str, filled: str, state: OrderState) -> None:
    order = parse_order(order_with(status=status, filled_qty=filled, surprise=[1]), START)
    assert (order.state, order.known) == (state, status != "quantum_pending")


def test_a_bracket_is_read_with_its_legs() -> None:
    order = parse_order(json.dumps(vector("order_bracket_tp_filled")).encode(), START)
    assert [(leg.group_role, leg.state.value, str(leg.filled)) for leg in order.legs] == [
        ("take_profit", "filled", "10"), ("stop_loss", "cancelled", "0"),
    ]  # fmt: skip
    assert (order.updated_at.isoformat(), order.received_at) == ("2026-09-28T14:31:02.120000+00:00", START)


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b"\xff", order_with(qty="NaN"), order_with(qty="x"),
                                  order_with(side="hold"), b"[" * 100_000])  # fmt: skip
def test_what_is_no_order_is_an_error_of_theirs(body: bytes) -> None:
    with pytest.raises(DataError):
        parse_order(body, START)


def test_a_list_of_orders_is_read_in_its_order() -> None:
    body = json.dumps([vector("order_crypto_accepted"), vector("order_equity_accepted")]).encode()
    assert [order.symbol for order in parse_orders(body, START)] == ["ETH-USD", "AAPL"]


def test_positions_are_signed_and_in_our_symbols() -> None:
    coin = parse_position(json.dumps(vector("position_crypto")).encode())
    assert (coin.symbol, coin.quantity) == ("BTC-USD", Decimal("0.4987500"))
    bound = parse_position(json.dumps(vector("position_bracket_live")).encode())
    assert [bound.quantity, bound.available] == [10, 0]
    short = parse_positions(json.dumps([{**vector("position_bracket_live"), "side": "short", "qty": "10"}]).encode())
    assert short[0].quantity == -10


def test_executions_and_assets_are_read() -> None:
    one = parse_executions(json.dumps(vector("activities_fill")).encode())[0]
    assert [one.quantity, one.price, one.cumulative] == [2, Decimal("174.78"), 2]
    coin = parse_asset(json.dumps(vector("asset_crypto")).encode())
    assert (coin.symbol, coin.quantity_step, coin.price_step) == ("BTC-USD", Decimal("0.0001"), Decimal(1))
    share = parse_asset(json.dumps({**vector("asset_equity"), "class": "a_new_one"}).encode())
    assert (share.tradable, share.shortable, share.price_step) == (True, True, None)


EXPECTED = {
    "bad_key_trading": RefusalKind.KEYS, "not_authorized": RefusalKind.KEYS, "forbidden": RefusalKind.KEYS,
    "insufficient_buying_power": RefusalKind.BUYING_POWER, "insufficient_qty": RefusalKind.BOUND_QUANTITY,
    "wash_trade": RefusalKind.WASH_TRADE, "suspended_by_user": RefusalKind.SUSPENDED,
    "crypto_min_cost": RefusalKind.TOO_SMALL, "crypto_insufficient_balance": RefusalKind.BUYING_POWER,
    "pdt_legacy": RefusalKind.FORBIDDEN, "duplicate_client_order_id": RefusalKind.DUPLICATE,
    "qty_and_notional": RefusalKind.INVALID, "crypto_bad_tif": RefusalKind.INVALID,
    "crypto_bad_type": RefusalKind.INVALID, "fractional_complex": RefusalKind.INVALID,
    "fractional_tif": RefusalKind.INVALID, "not_fractionable": RefusalKind.INVALID, "sub_penny": RefusalKind.INVALID,
    "replace_too_early": RefusalKind.INVALID, "already_filled": RefusalKind.NOT_CANCELABLE,
    "not_cancelable": RefusalKind.NOT_CANCELABLE, "order_not_found": RefusalKind.NOT_FOUND,
    "position_not_found": RefusalKind.NOT_FOUND, "asset_not_found": RefusalKind.NOT_FOUND,
    "rate_limited": RefusalKind.LIMITED, "server": RefusalKind.UNCLEAR, "gateway_html": RefusalKind.UNCLEAR,
}  # fmt: skip


@pytest.mark.parametrize("name", vector("errors"))
def test_each_known_error_is_told_apart(name: str) -> None:
    error = vector("errors")[name]
    body = error["body"] if isinstance(error["body"], str) else json.dumps(error["body"])
    assert parse_refusal(error["status"], body.encode(), ()).kind is EXPECTED[name]


def test_a_refusal_names_what_stands_in_the_way() -> None:
    errors = vector("errors")
    bound = parse_refusal(403, json.dumps(errors["insufficient_qty"]["body"]).encode(), ())
    wash = parse_refusal(403, json.dumps(errors["wash_trade"]["body"]).encode(), ())
    assert bound.order_ids == ("c4a9f3e8-1b2d-4e6f-8a7c-5d3e2f1b0a96",)
    assert wash.order_ids == ("7b08df51-c1ac-453c-99f9-323a5f075f0d",)


@pytest.mark.parametrize(
    ("ours", "sent", "in_address", "shown", "asset_class"),
    [
        ("AAPL", "AAPL", "AAPL", "AAPL", "us_equity"),
        ("BRK.B", "BRK.B", "BRK.B", "BRK.B", "us_equity"),
        ("BTC-USD", "BTC/USD", "BTCUSD", "BTCUSD", "crypto"),
        ("BTC-USD", "BTC/USD", "BTCUSD", "BTC/USD", "crypto"),
    ],
)
def test_symbols_are_spelled_both_ways(ours: str, sent: str, in_address: str, shown: str, asset_class: str) -> None:
    assert (to_alpaca(ours), position_path(ours), from_alpaca(shown, asset_class)) == (sent, in_address, ours)


def test_rounding_never_makes_an_order_worse() -> None:
    assert [rounded_limit(100.127, side, SHARES) for side in (1, -1)] == [Decimal("100.12"), Decimal("100.13")]
    assert [rounded_stop(0.12345, side, SHARES) for side in (1, -1)] == [Decimal("0.1234"), Decimal("0.1235")]
    assert rounded_limit(50_000.7, 1, COIN) == 50_000
    assert rounded_quantity(decimal_of(0.00019), COIN, whole=False) == Decimal("0.0001")
    assert rounded_quantity(decimal_of(0.00009), COIN, whole=False) == 0
    assert rounded_quantity(decimal_of(2.9), WHOLE, whole=False) == 2
    assert wire(Decimal("1E+2")) == "100"
    assert wire(Decimal("0.1000")) == "0.1"
    with pytest.raises(DataError, match="finite"):
        decimal_of(float("nan"))


def test_the_forms_are_those_of_the_samples() -> None:
    limit = bracket("sig-01JD8Z3Q4M-AAPL-entry", order_type=OrderType.LIMIT, limit_price=150.0,
                    take_profit_price=170.0, stop_loss_price=140.0)  # fmt: skip
    assert order_form(limit, SHARES, Decimal(10)) == vector("order_bracket_request")
    oto = intent("sig-01JD8Z3Q4M-AAPL-oto", stop_loss_price=140.0)
    assert order_form(oto, SHARES, Decimal(10)) == vector("order_oto_request")
    coin = intent("sig-01JD8Z3Q4M-BTC-entry", symbol="BTC-USD", order_type=OrderType.STOP_LIMIT, stop_price=90_500.0,
                  limit_price=90_600.0)  # fmt: skip
    assert order_form(coin, COIN, Decimal("0.5")) == vector("order_crypto_request")
    pair = close("sig-01JD8Z3Q4M-AAPL-oco", order_type=OrderType.LIMIT, take_profit_price=170.0, stop_loss_price=140.0)
    sample = vector("order_oco_request")
    assert order_form(pair, SHARES, Decimal(10)) == {**sample, "stop_loss": {"stop_price": "140"}}


@pytest.mark.parametrize(
    ("changes", "asset", "code"),
    [
        ({"order_type": OrderType.LIMIT}, SHARES, "bad_price"),
        ({"stop_loss_price": -1.0}, SHARES, "bad_price"),
        ({"quantity": 10.0}, Tradable("AAPL", False, True, True), "not_tradable"),
        ({"symbol": "BTC-USD", "order_type": OrderType.STOP, "stop_price": 1.0}, COIN, "no_crypto_stop"),
    ],
)
def test_what_cannot_be_sent_is_refused_before_it_is(changes: dict[str, Any], asset: Tradable, code: str) -> None:
    with pytest.raises(DataError) as refused:
        order_form(intent(**changes), asset, Decimal(10))
    assert refused.value.code == code


def test_an_id_that_is_too_long_is_refused() -> None:
    with pytest.raises(DataError, match="1 to 128 characters"):
        order_form(intent("x" * 129), SHARES, Decimal(1))


def test_the_sample_session_of_the_stream_is_understood() -> None:
    received = [step["json"] for step in vector("ws_trade_updates_session") if step["dir"] == "recv"]
    frames = [parse_frame(json.dumps(said).encode()) for said in received]
    assert [frame.stream for frame in frames] == ["authorization", "listening", *["trade_updates"] * 4, "authorization"]
    assert [is_authorized(frames[0]), is_authorized(frames[-1])] == [True, False]
    updates = [parse_update(frame, START) for frame in frames[2:6]]
    assert [update.event for update in updates] == ["new", "fill", "fill", "canceled"]
    assert (updates[1].price, updates[1].quantity) == (Decimal("149.98"), Decimal(10))
    with pytest.raises(DataError, match="no frame"):
        parse_frame("[1]")
