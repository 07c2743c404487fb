"""What every venue promises about exits: the legs of a bracket, and orders that only reduce."""

from __future__ import annotations

from argo_core.model.order import OrderIntent, OrderState
from argo_core.ports import Broker


def entry(client_order_id: str) -> OrderIntent:
    """Two shares of AAPL at once, with a target and a stop."""
    return OrderIntent(
        client_order_id=client_order_id, signal_id="SIG-1", symbol="AAPL", action="BUY", quantity=2.0,
        take_profit_price=110.0, stop_loss_price=95.0,
    )  # fmt: skip


def closing(client_order_id: str, quantity: float) -> OrderIntent:
    """Sell what is held of AAPL at once, at most so much."""
    return OrderIntent(
        client_order_id=client_order_id, signal_id="SIG-2", symbol="AAPL", action="SELL", quantity=quantity,
        reduce_only=True,
    )  # fmt: skip


class ExitsContract:
    """Subclass it, and give a fixture `venue`: a flat account with cash, AAPL at 100 in an open market."""

    async def test_the_legs_of_a_filled_entry_rest_under_its_name(self, venue: Broker) -> None:
        await venue.submit(entry("e-1"))
        resting = {order.intent.client_order_id: order for order in (await venue.snapshot()).open_orders}
        assert set(resting) == {"e-1-stop", "e-1-target"}
        assert {order.state for order in resting.values()} == {OrderState.ACCEPTED}
        assert (resting["e-1-stop"].intent.stop_price, resting["e-1-target"].intent.limit_price) == (95.0, 110.0)

    async def test_a_close_ends_the_position_whatever_rests_against_it(self, venue: Broker) -> None:
        await venue.submit(entry("e-1"))
        assert (await venue.submit(closing("e-2", 2.0))).state is OrderState.FILLED
        after = await venue.snapshot()
        assert (after.positions, after.open_orders) == ((), ())

    async def test_a_close_takes_no_more_than_is_held(self, venue: Broker) -> None:
        await venue.submit(entry("e-1"))
        order = await venue.submit(closing("e-2", 7.0))
        assert sum(fill.quantity for fill in order.fills) == 2.0
        assert (await venue.snapshot()).positions == ()

    async def test_a_close_of_nothing_is_rejected(self, venue: Broker) -> None:
        order = await venue.submit(closing("e-1", 1.0))
        assert (order.state, order.reason) == (OrderState.REJECTED, "nothing is held that it could close")
        assert (await venue.snapshot()).positions == ()
