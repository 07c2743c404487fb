"""What every OrderSweep promises."""

from __future__ import annotations

from typing import Protocol

from argo_core.model.order import OrderIntent, OrderType
from argo_core.ports import Broker, OrderSweep


class SweptVenue(Broker, OrderSweep, Protocol):
    """A broker whose orders can be taken off at once."""


def resting(number: int) -> OrderIntent:
    """A share far below the market."""
    return OrderIntent(
        client_order_id=f"z-{number}", signal_id=f"z{number}", symbol="AAPL", action="BUY", quantity=1.0,
        order_type=OrderType.LIMIT, limit_price=1.0 + number,
    )  # fmt: skip


class OrderSweepContract:
    """Subclass it, and give a fixture `venue`: a flat account with cash, AAPL at 100 in an open market."""

    async def test_every_open_order_is_cancelled_and_answered_for(self, venue: SweptVenue) -> None:
        for number in range(3):
            await venue.submit(resting(number))
        swept = await venue.cancel_all()
        assert {(order.client_order_id, order.detail) for order in swept} == {
            ("z-0", None),
            ("z-1", None),
            ("z-2", None),
        }
        assert (await venue.snapshot()).open_orders == ()

    async def test_a_position_and_its_fills_stay_as_they_were(self, venue: SweptVenue) -> None:
        bought = OrderIntent(client_order_id="z-b", signal_id="zb", symbol="AAPL", action="BUY", quantity=2.0)
        await venue.submit(bought)
        before = await venue.snapshot()
        await venue.cancel_all()
        assert (await venue.snapshot()).positions == before.positions

    async def test_the_legs_of_a_bracket_are_swept_too(self, venue: SweptVenue) -> None:
        bracket = OrderIntent(
            client_order_id="z-p", signal_id="zp", symbol="AAPL", action="BUY", quantity=1.0, take_profit_price=110.0,
            stop_loss_price=90.0,
        )  # fmt: skip
        await venue.submit(bracket)
        assert len((await venue.snapshot()).open_orders) == 2
        await venue.cancel_all()
        assert (await venue.snapshot()).open_orders == ()

    async def test_a_second_sweep_has_nothing_to_cancel(self, venue: SweptVenue) -> None:
        await venue.submit(resting(1))
        await venue.cancel_all()
        assert await venue.cancel_all() == ()
