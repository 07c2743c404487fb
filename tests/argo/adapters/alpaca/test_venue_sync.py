"""The sequence follows a venue on which others act too, and always adds up to its positions."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from argo_core.adapters.alpaca import AlpacaVenue
from argo_core.adapters.alpaca.opening import OpenVenue
from argo_core.errors import StoreError
from argo_core.model.order import OrderState
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_exchange_store import MemoryExchangeStore
from tests.argo.adapters.alpaca.conftest import Restarts
from tests.argo.adapters.alpaca.fake.faults import FaultKind
from tests.argo.adapters.alpaca.fake.records import FakePosition
from tests.argo.adapters.alpaca.fake.server import FakeAlpaca
from tests.argo.adapters.alpaca.orders import bracket, intent, limit

ONE = Decimal(1)
BY_HAND = {"symbol": "AAPL", "qty": "3", "side": "sell", "type": "market", "time_in_force": "day"}


async def added_up(venue: AlpacaVenue) -> dict[str, float]:
    """Signed quantities from fills alone."""
    held: dict[str, float] = {}
    for numbered in await venue.changes(0, 1000):
        change = numbered.change
        if change.fill is not None:
            sign = 1 if change.order.intent.action == "BUY" else -1
            symbol = change.order.intent.symbol
            held[symbol] = round(held.get(symbol, 0.0) + sign * change.fill.quantity, 9)
    return {symbol: quantity for symbol, quantity in held.items() if quantity}


async def test_a_sale_by_hand_is_adopted_as_external(venue: AlpacaVenue, fake: FakeAlpaca) -> None:
    await venue.submit(intent())
    fake.exchange.submit({**BY_HAND, "client_order_id": "by-hand"})
    fake.exchange.settle()
    refreshed = await venue.refresh()
    assert (refreshed.changes, refreshed.adopted) == (1, 1)
    order = await venue.order("by-hand")
    assert order is not None
    assert (order.intent.signal_id, order.state, order.fills[0].price) == ("external", OrderState.FILLED, 100.0)
    assert await added_up(venue) == {"AAPL": 7.0}


async def test_what_an_account_held_before_is_adopted_from_its_positions(venue: AlpacaVenue, fake: FakeAlpaca) -> None:
    fake.exchange.positions["AAPL"] = FakePosition(fake.exchange.assets["AAPL"], 4 * ONE, 360 * ONE)
    refreshed = await venue.refresh()
    assert (refreshed.changes, refreshed.adopted) == (1, 1)
    order = await venue.order("adjust-AAPL-1")
    assert order is not None
    assert (order.fills[0].quantity, order.fills[0].price, order.intent.action) == (4.0, 90.0, "BUY")


async def test_shares_that_went_without_an_order_are_an_adjustment(venue: AlpacaVenue, fake: FakeAlpaca) -> None:
    await venue.submit(intent())
    del fake.exchange.positions["AAPL"]
    await venue.refresh()
    order = await venue.order("adjust-AAPL-1")
    assert order is not None
    assert (order.intent.action, order.fills[0].quantity, order.fills[0].price) == ("SELL", 10.0, 100.0)
    assert await added_up(venue) == {}


async def test_a_fee_that_is_taken_later_is_an_adjustment_that_says_so(venue: AlpacaVenue, fake: FakeAlpaca) -> None:
    fake.exchange.move("BTC/USD", 10_000)
    fake.exchange.coin_fee = 0 * ONE
    await venue.submit(intent("argo-b", symbol="BTC-USD", quantity=0.5))
    fake.exchange.positions["BTC/USD"].qty -= ONE / 1000
    await venue.refresh()
    order = await venue.order("adjust-BTC-USD-1")
    assert order is not None
    assert (order.reason, order.fills[0].quantity, order.fills[0].fee) == ("fee taken in the coin", 0.001, 10.0)


async def test_a_position_that_lags_for_one_reading_is_no_adjustment(venue: AlpacaVenue, fake: FakeAlpaca) -> None:
    await venue.submit(intent())
    held = fake.exchange.positions.pop("AAPL")
    fake.late_positions = {"AAPL": held}
    await venue.refresh()
    assert await venue.order("adjust-AAPL-1") is None
    assert await added_up(venue) == {"AAPL": 10.0}


async def test_a_leg_replaced_by_hand_keeps_its_signal(venue: AlpacaVenue, fake: FakeAlpaca) -> None:
    await venue.submit(bracket())
    target = await venue.order("argo-s1-target")
    assert target is not None
    fake.exchange.replace(target.order_id, {"limit_price": "120", "client_order_id": "moved"})
    await venue.refresh()
    old, new = await venue.order("argo-s1-target"), await venue.order("moved")
    assert old is not None
    assert new is not None
    assert (old.state, old.reason is not None and old.reason.startswith("replaced by")) == (OrderState.CANCELLED, True)
    assert (new.state, new.intent.signal_id, new.intent.limit_price) == (OrderState.ACCEPTED, "s1", 120.0)
    parents = {one.change.order.intent.client_order_id: one.change.parent for one in await venue.changes(0, 100)}
    assert parents["moved"] == "argo-s1"


async def test_an_order_of_ours_that_the_sequence_lost_is_known_by_its_name(
    venue: AlpacaVenue, fake: FakeAlpaca
) -> None:
    fake.exchange.submit({**BY_HAND, "side": "buy", "client_order_id": "argo-sig7-close"})
    fake.exchange.settle()
    await venue.refresh()
    order = await venue.order("argo-sig7-close")
    assert order is not None
    assert order.intent.signal_id == "sig7"


async def test_an_order_that_never_arrived_is_given_up_after_two_minutes(
    opened: OpenVenue, fake: FakeAlpaca, store: MemoryExchangeStore, clock: FixedClock
) -> None:
    venue = opened.venue
    fake.faults.add("POST", "/v2/orders", FaultKind.TIMEOUT_BEFORE)
    fake.faults.add("GET", "/v2/orders:by_client_order_id", FaultKind.SERVER_ERROR, times=4)
    assert (await venue.submit(limit())).state is OrderState.UNKNOWN
    await venue.refresh()
    assert await state_of(venue) is OrderState.UNKNOWN
    clock.advance(timedelta(minutes=3))
    await venue.refresh()
    assert await state_of(venue) is OrderState.REJECTED


async def state_of(venue: AlpacaVenue) -> OrderState:
    """Of the order of these tests."""
    order = await venue.order("argo-s1")
    assert order is not None
    return order.state


async def test_a_failed_write_leaves_the_sequence_as_it_was_and_is_repeated(
    venue: AlpacaVenue, fake: FakeAlpaca, store: MemoryExchangeStore, restarts: Restarts
) -> None:
    await venue.submit(intent())
    fake.exchange.submit({**BY_HAND, "client_order_id": "by-hand"})
    fake.exchange.settle()
    store.down = True
    async with restarts.again() as later:
        for one in (venue, later):
            with pytest.raises(StoreError, match="is down"):
                await one.refresh()
        store.down = False
        assert (await venue.refresh()).adopted == 1
    assert await added_up(venue) == {"AAPL": 7.0}
