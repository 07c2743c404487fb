"""What the venue does with orders: brackets, pairs, fractions, crypto, and closing what exits hold."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from argo_core.adapters.alpaca import AlpacaVenue
from argo_core.errors import DataError, StoreError
from argo_core.model.order import OrderState, OrderType
from argo_core.testing.memory_exchange_store import MemoryExchangeStore
from tests.argo.adapters.alpaca.fake.faults import FaultKind
from tests.argo.adapters.alpaca.fake.server import FakeAlpaca
from tests.argo.adapters.alpaca.orders import bracket, close, intent, limit


async def states(venue: AlpacaVenue, *names: str) -> dict[str, str]:
    """What our sequence says about each."""
    found = {name: await venue.order(name) for name in names}
    return {name: "none" if order is None else order.state.value for name, order in found.items()}


async def test_a_bracket_has_its_legs_under_our_names(venue: AlpacaVenue, fake: FakeAlpaca) -> None:
    await venue.submit(bracket(order_type=OrderType.LIMIT, limit_price=99.0))
    assert await states(venue, "argo-s1", "argo-s1-stop", "argo-s1-target") == {
        "argo-s1": "accepted", "argo-s1-stop": "held", "argo-s1-target": "held",
    }  # fmt: skip
    fake.exchange.move("AAPL", 99)
    await venue.refresh()
    assert await states(venue, "argo-s1", "argo-s1-stop", "argo-s1-target") == {
        "argo-s1": "filled", "argo-s1-stop": "accepted", "argo-s1-target": "accepted",
    }  # fmt: skip
    changes = {one.change.order.intent.client_order_id: one.change for one in await venue.changes(0, 100)}
    assert changes["argo-s1-stop"].parent == "argo-s1"
    assert changes["argo-s1-stop"].order.intent.signal_id == "s1"
    assert changes["argo-s1-stop"].order.intent.reduce_only


@pytest.mark.parametrize("names_groups", [True, False])
async def test_a_stop_that_fills_ends_the_bracket(venue: AlpacaVenue, fake: FakeAlpaca, names_groups: bool) -> None:
    fake.exchange.names_groups = names_groups
    await venue.submit(bracket())
    fake.exchange.move("AAPL", 94)
    await venue.refresh()
    assert await states(venue, "argo-s1-stop", "argo-s1-target") == {
        "argo-s1-stop": "filled", "argo-s1-target": "cancelled",
    }  # fmt: skip
    assert (await venue.snapshot()).positions == ()


async def test_a_partly_filled_entry_leaves_its_legs_held(venue: AlpacaVenue, fake: FakeAlpaca) -> None:
    fake.exchange.largest_fill = Decimal(4)
    order = await venue.submit(bracket())
    assert (order.state, [fill.quantity for fill in order.fills]) == (OrderState.PARTIALLY_FILLED, [4.0])
    assert await states(venue, "argo-s1-stop") == {"argo-s1-stop": "held"}
    fake.exchange.move("AAPL", 101)
    fake.exchange.move("AAPL", 102)
    await venue.refresh()
    filled = await venue.order("argo-s1")
    assert filled is not None
    assert [(fill.quantity, fill.price) for fill in filled.fills] == [(4.0, 100.0), (4.0, 101.0), (2.0, 102.0)]
    assert await states(venue, "argo-s1", "argo-s1-stop") == {"argo-s1": "filled", "argo-s1-stop": "accepted"}


async def test_a_pair_of_exits_is_our_target_and_its_stop(venue: AlpacaVenue, fake: FakeAlpaca) -> None:
    await venue.submit(intent())
    pair = close("argo-s1-protect-1", signal_id="s1", order_type=OrderType.LIMIT, limit_price=110.0,
                 take_profit_price=110.0, stop_loss_price=95.0)  # fmt: skip
    assert (await venue.submit(pair)).state is OrderState.ACCEPTED
    assert await states(venue, "argo-s1-protect-1-stop") == {"argo-s1-protect-1-stop": "accepted"}
    fake.exchange.move("AAPL", 111)
    await venue.refresh()
    assert await states(venue, "argo-s1-protect-1", "argo-s1-protect-1-stop") == {
        "argo-s1-protect-1": "filled", "argo-s1-protect-1-stop": "cancelled",
    }  # fmt: skip


async def test_an_entry_with_one_exit_is_an_oto(venue: AlpacaVenue, fake: FakeAlpaca) -> None:
    await venue.submit(intent(stop_loss_price=95.004))
    sent = fake.posted()[0]
    assert (sent["order_class"], sent["stop_loss"], "take_profit" in sent) == ("oto", {"stop_price": "95.01"}, False)
    assert await states(venue, "argo-s1-stop") == {"argo-s1-stop": "accepted"}


async def test_a_close_cancels_what_holds_the_shares_and_waits_for_it(venue: AlpacaVenue, fake: FakeAlpaca) -> None:
    await venue.submit(bracket())
    fake.exchange.cancel_reads = 3
    order = await venue.submit(close())
    assert order.state is OrderState.FILLED
    assert fake.exchange.positions == {}
    assert await states(venue, "argo-s1-stop", "argo-s1-target") == {
        "argo-s1-stop": "cancelled", "argo-s1-target": "cancelled",
    }  # fmt: skip


async def test_a_close_takes_its_quantity_from_the_position(venue: AlpacaVenue, fake: FakeAlpaca) -> None:
    await venue.submit(intent())
    order = await venue.submit(close(quantity=25.0))
    assert fake.posted()[-1]["qty"] == "10"
    assert order.intent.quantity == 10.0
    assert fake.exchange.positions == {}


async def test_a_close_is_refused_where_nothing_is_held(venue: AlpacaVenue, fake: FakeAlpaca) -> None:
    order = await venue.submit(close())
    assert (order.state, order.reason) == (OrderState.REJECTED, "nothing is held that it could close")
    assert fake.posted() == []


async def test_a_close_never_opens_the_other_side(venue: AlpacaVenue, fake: FakeAlpaca) -> None:
    await venue.submit(intent(action="SELL"))
    order = await venue.submit(close())
    assert order.state is OrderState.REJECTED
    assert fake.exchange.positions["AAPL"].qty == -10


async def test_a_close_cancels_the_entry_that_it_would_wash_against(venue: AlpacaVenue, fake: FakeAlpaca) -> None:
    await venue.submit(intent())
    await venue.submit(limit("argo-s3", price=90.0))
    assert (await venue.submit(close())).state is OrderState.FILLED
    assert await states(venue, "argo-s3") == {"argo-s3": "cancelled"}


async def test_an_entry_against_a_resting_stop_is_rejected_as_a_wash_trade(
    venue: AlpacaVenue, fake: FakeAlpaca
) -> None:
    await venue.submit(intent())
    stop = close("argo-s1-protect-1", order_type=OrderType.STOP, stop_price=90.0)
    assert (await venue.submit(stop)).state is OrderState.ACCEPTED
    order = await venue.submit(intent("argo-s9", quantity=1.0))
    assert order.state is OrderState.REJECTED
    assert order.reason is not None
    assert order.reason.startswith("wash_trade: potential wash trade")


async def test_an_exit_never_takes_what_another_exit_holds(venue: AlpacaVenue, fake: FakeAlpaca) -> None:
    await venue.submit(bracket())
    extra = close("argo-s1-protect-1", order_type=OrderType.STOP, stop_price=90.0)
    order = await venue.submit(extra)
    assert order.state is OrderState.REJECTED
    assert await states(venue, "argo-s1-stop") == {"argo-s1-stop": "accepted"}


async def test_crypto_goes_out_alone_and_its_fee_is_coins(venue: AlpacaVenue, fake: FakeAlpaca) -> None:
    fake.exchange.move("BTC/USD", 10_000)
    wanted = bracket("argo-b", symbol="BTC-USD", quantity=0.5, take_profit_price=12_000.0, stop_loss_price=9_000.0)
    order = await venue.submit(wanted)
    sent = fake.posted()[0]
    assert (sent["symbol"], sent["qty"], sent["time_in_force"], "order_class" in sent) == (
        "BTC/USD",
        "0.5",
        "gtc",
        False,
    )
    assert [(fill.quantity, fill.price, fill.fee) for fill in order.fills] == [(0.49875, 10_000.0, 12.5)]
    held = (await venue.snapshot()).positions
    assert [(position.symbol, position.quantity) for position in held] == [("BTC-USD", 0.49875)]
    assert (await venue.refresh()).changes == 0


async def test_crypto_is_sold_by_what_the_fee_left(venue: AlpacaVenue, fake: FakeAlpaca) -> None:
    fake.exchange.move("BTC/USD", 10_000)
    fake.exchange.assets["BTC/USD"].min_trade_increment = "0.000000001"
    await venue.submit(intent("argo-b", symbol="BTC-USD", quantity=0.5))
    order = await venue.submit(close("argo-c", symbol="BTC-USD", quantity=0.5))
    assert order.state is OrderState.FILLED
    assert fake.exchange.positions == {}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"order_type": OrderType.STOP, "stop_price": 9_000.0}, "crypto takes no plain stop"),
        ({"quantity": 0.00001}, "less than the venue takes"),
        ({"symbol": "NOPE"}, "the venue knows no NOPE"),
        (
            {"symbol": "AAPL", "quantity": 0.4, "take_profit_price": 120.0, "stop_loss_price": 90.0},
            "less than the venue",
        ),
        ({"symbol": "AAPL", "quantity": 1_000.0}, "insufficient_buying_power"),
        ({"symbol": "BTC-USD", "quantity": 0.0005}, "too_small: cost basis"),
    ],
)
async def test_what_cannot_be_ordered_is_rejected_with_its_reason(
    venue: AlpacaVenue, fake: FakeAlpaca, changes: dict[str, object], reason: str
) -> None:
    fake.exchange.move("BTC/USD", 10_000)
    order = await venue.submit(intent("argo-x", **{"symbol": "BTC-USD", "quantity": 0.1, **changes}))
    assert order.state is OrderState.REJECTED
    assert order.reason is not None
    assert reason in order.reason
    assert await venue.submit(intent("argo-x", symbol="BTC-USD")) == order


async def test_fractions_are_orders_for_the_day(venue: AlpacaVenue, fake: FakeAlpaca) -> None:
    await venue.submit(intent(quantity=2.5))
    await venue.submit(close(quantity=2.5, order_type=OrderType.LIMIT, limit_price=130.129))
    assert [(sent["qty"], sent["time_in_force"]) for sent in fake.posted()] == [("2.5", "day"), ("2.5", "day")]
    assert fake.posted()[1]["limit_price"] == "130.13"


async def test_cancelling_what_was_never_ordered_says_so(venue: AlpacaVenue) -> None:
    with pytest.raises(DataError, match="no order argo-none"):
        await venue.cancel("argo-none")


async def test_a_sweep_answers_for_each_order_and_asks_again_where_one_failed(
    venue: AlpacaVenue, fake: FakeAlpaca
) -> None:
    await venue.submit(limit("argo-a", price=90.0))
    await venue.submit(limit("argo-b", price=89.0))
    fake.stubborn = {fake.exchange.orders[next(iter(fake.exchange.orders))].id}
    swept = await venue.cancel_all()
    assert {(order.client_order_id, order.detail) for order in swept} == {("argo-a", None), ("argo-b", None)}
    assert (await venue.snapshot()).open_orders == ()


async def test_a_sweep_does_not_wait_behind_an_order_without_an_answer(venue: AlpacaVenue, fake: FakeAlpaca) -> None:
    await venue.submit(limit("argo-a", price=90.0))
    fake.faults.add("POST", "/v2/orders", FaultKind.TIMEOUT_BEFORE)
    hanging = asyncio.create_task(venue.submit(limit("argo-b", price=89.0)))
    while len(fake.posted()) < 2:
        await asyncio.sleep(0)
    assert [order.client_order_id for order in await venue.cancel_all()] == ["argo-a"]
    assert not hanging.done()
    assert (await hanging).state is OrderState.ACCEPTED


async def test_a_sweep_needs_no_store(venue: AlpacaVenue, fake: FakeAlpaca, store: MemoryExchangeStore) -> None:
    await venue.submit(limit("argo-a", price=90.0))
    store.down = True
    with pytest.raises(StoreError):
        await venue.submit(limit("argo-b", price=89.0))
    assert [order.client_order_id for order in await venue.cancel_all()] == ["argo-a"]
    assert (await venue.snapshot()).open_orders == ()
