"""The fake is an Alpaca to Alpaca's own client: every answer passes its models, and it behaves as documented."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pydantic import ValidationError

from argo_core.adapters.alpaca import sdk
from tests.argo.adapters.alpaca.fake.exchange import FakeExchange
from tests.argo.adapters.alpaca.fake.server import KEY, SECRET, FakeAlpaca

pytestmark = pytest.mark.filterwarnings("ignore:websockets:DeprecationWarning")


@contextmanager
def client_of(fake: FakeAlpaca) -> Iterator[sdk.TradingClient]:
    """Alpaca's client, its connections closed afterwards."""
    client = sdk.TradingClient(KEY, SECRET, url_override=fake.url)
    try:
        yield client
    finally:
        client._session.close()


async def told(call: Callable[..., Any], *arguments: Any) -> Any:
    """The answer of the blocking client."""
    return await asyncio.to_thread(call, *arguments)


async def refusal(call: Callable[..., Any], *arguments: Any) -> tuple[int, str]:
    """Status and message of a refused call."""
    with pytest.raises(sdk.APIError) as refused:
        await told(call, *arguments)
    status = refused.value.status_code
    assert status is not None
    return status, json.loads(str(refused.value)).get("message")


def form(**changes: Any) -> Any:
    """A request in Alpaca's own model."""
    from alpaca.trading.requests import LimitOrderRequest, MarketOrderRequest

    given = {"symbol": "AAPL", "qty": 10, "side": "buy", "time_in_force": "gtc", **changes}
    return (LimitOrderRequest if "limit_price" in given else MarketOrderRequest)(**given)


async def test_its_models_take_account_clock_calendar_and_assets(fake: FakeAlpaca) -> None:
    with client_of(fake) as client:
        assert (await told(client.get_account)).account_number == "PA0FAKE00001"
        assert (await told(client.get_clock)).is_open
        assert len(await told(client.get_calendar)) == 2
        assert (await told(client.get_asset, "BTC/USD")).min_order_size == 0.0001
        assert len(await told(client.get_all_assets)) == 6


async def test_a_bracket_lives_through_its_client(fake: FakeAlpaca) -> None:
    wanted = form(order_class="bracket", take_profit={"limit_price": 110}, stop_loss={"stop_price": 95})
    with client_of(fake) as client:
        order = await told(client.submit_order, wanted)
        assert [leg.status.value for leg in order.legs] == ["held", "held"]
        position = await told(client.get_open_position, "AAPL")
        assert (position.qty, position.qty_available) == ("10", "0")
        assert await refusal(client.close_position, "AAPL") == (
            403, "insufficient qty available for order (requested: 10, available: 0)",
        )  # fmt: skip
        fake.exchange.move("AAPL", 111)
        assert (await told(client.get_order_by_id, order.legs[0].id)).status.value == "filled"
        assert (await told(client.get_order_by_id, order.legs[1].id)).status.value == "canceled"
        assert await refusal(client.get_open_position, "AAPL") == (404, "position does not exist")


async def test_it_refuses_what_alpaca_refuses(fake: FakeAlpaca) -> None:
    fake.exchange.prices["BTC/USD"] = fake.exchange.price(fake.exchange.assets["AAPL"])
    crypto = {"symbol": "BTC/USD", "qty": 1}
    with client_of(fake) as client:
        submit = client.submit_order
        await told(submit, form(client_order_id="once", limit_price=90))
        assert await refusal(submit, form(client_order_id="once")) == (422, "client_order_id must be unique")
        assert (await refusal(submit, form(limit_price=90.123)))[1].endswith(
            "does not fulfill minimum pricing criteria"
        )
        assert await refusal(submit, form(qty=1.5)) == (422, "fractional orders must be DAY orders")
        assert await refusal(submit, form(**crypto, time_in_force="day")) == (422, "invalid crypto time_in_force")
        assert (await refusal(submit, form(symbol="BTC/USD", qty=0.01)))[0] == 403
        assert (await refusal(submit, form(side="sell", qty=1)))[
            1
        ] == "potential wash trade detected. use complex orders"
        assert await refusal(submit, form(qty=1000)) == (403, "insufficient buying power")
        stop_above = form(order_class="oto", stop_loss={"stop_price": 101})
        assert await refusal(submit, stop_above) == (422, "stop price must be less than 100")


async def test_the_models_drop_group_ids_which_is_why_orders_are_read_without_them(fake: FakeAlpaca) -> None:
    with client_of(fake) as client:
        order = await told(client.submit_order, form(order_class="oto", stop_loss={"stop_price": 95}))
        with pytest.raises(AttributeError):
            order.group_id  # noqa: B018
        raw = await told(client.get, "/orders")
    assert {row["group_role"] for row in raw} == {"stop_loss"}


async def test_all_orders_and_all_positions_go_at_once(fake: FakeAlpaca) -> None:
    with client_of(fake) as client:
        await told(client.submit_order, form(qty=1))
        await told(client.submit_order, form(limit_price=50, qty=1))
        assert [item.status for item in await told(client.cancel_orders)] == [200]
        assert [item.status for item in await told(client.close_all_positions, True)] == [200]
        assert await told(client.get_all_positions) == []


async def test_an_order_is_replaced_by_a_new_one(fake: FakeAlpaca) -> None:
    from alpaca.trading.requests import ReplaceOrderRequest

    with client_of(fake) as client:
        order = await told(client.submit_order, form(limit_price=90, qty=2))
        early = await refusal(client.replace_order_by_id, order.id, ReplaceOrderRequest(limit_price=91))
        assert early == (422, "cannot replace order in accepted status")
        fake.exchange.orders[str(order.id)].status = "new"
        new = await told(client.replace_order_by_id, order.id, ReplaceOrderRequest(limit_price=91))
        assert (new.limit_price, str(new.replaces)) == ("91", str(order.id))
        assert (await told(client.get_order_by_id, order.id)).status.value == "replaced"


@pytest.mark.parametrize("status", [401, 403])
async def test_a_wrong_key_is_refused(fake: FakeAlpaca, status: int) -> None:
    fake.unauthorized = status
    client = sdk.TradingClient(KEY, "wrong", url_override=fake.url)
    assert (await refusal(client.get_account))[0] == status
    client._session.close()


async def test_its_stream_hears_binary_frames(fake: FakeAlpaca) -> None:
    from alpaca.trading.stream import TradingStream

    heard: list[Any] = []
    stream = TradingStream(KEY, SECRET, url_override=fake.stream_url)

    async def hear(update: Any) -> None:
        heard.append(update)

    stream.subscribe_trade_updates(hear)
    task = asyncio.create_task(stream._run_forever())  # type: ignore[no-untyped-call]  # theirs
    async with asyncio.timeout(20):
        while not fake.streams:
            await asyncio.sleep(0.01)
        fake.exchange.submit({"symbol": "AAPL", "qty": "2", "side": "buy", "type": "market", "time_in_force": "day"})
        fake.exchange.settle()
        while len(heard) < 2:
            await asyncio.sleep(0.01)
        await stream.stop_ws()
        await task
    assert [(update.event, update.qty) for update in heard] == [("new", None), ("fill", 2.0)]


async def test_a_class_of_asset_that_its_models_do_not_name_is_an_error_there(fake: FakeAlpaca) -> None:
    exchange: FakeExchange = fake.exchange
    exchange.assets["AAPL"].asset_class = "ipo"
    with client_of(fake) as client, pytest.raises(ValidationError):
        await told(client.get_asset, "AAPL")
