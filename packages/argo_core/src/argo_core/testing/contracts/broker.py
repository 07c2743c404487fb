"""What every Broker promises, in the part that needs no market."""

from __future__ import annotations

from argo_core.model.order import OrderIntent, OrderState, OrderType
from argo_core.ports import Broker


def market_buy(client_order_id: str, symbol: str = "AAPL", quantity: float = 2.0) -> OrderIntent:
    """An order of the contract tests."""
    return OrderIntent(
        client_order_id=client_order_id, signal_id="SIG-1", symbol=symbol, action="BUY", quantity=quantity
    )


class BrokerContract:
    """Subclass it, and give a fixture `broker`: a flat account with cash, AAPL at 100 in an open market."""

    async def test_the_same_intent_twice_is_one_order(self, broker: Broker) -> None:
        first = await broker.submit(market_buy("argo-1"))
        second = await broker.submit(market_buy("argo-1"))
        assert second.order_id == first.order_id
        held = {position.symbol: position.quantity for position in (await broker.snapshot()).positions}
        assert held == {"AAPL": 2.0}

    async def test_an_order_can_be_looked_up_by_our_id(self, broker: Broker) -> None:
        placed = await broker.submit(market_buy("argo-2"))
        found = await broker.order("argo-2")
        assert found is not None
        assert found.order_id == placed.order_id

    async def test_an_order_that_was_never_placed_is_unknown(self, broker: Broker) -> None:
        assert await broker.order("argo-none") is None

    async def test_a_market_order_fills_and_moves_cash_into_the_position(self, broker: Broker) -> None:
        before = await broker.snapshot()
        await broker.submit(market_buy("argo-3"))
        after = await broker.snapshot()
        assert after.cash < before.cash
        assert [position.quantity for position in after.positions] == [2.0]

    async def test_a_resting_order_is_open_until_it_is_cancelled(self, broker: Broker) -> None:
        resting = OrderIntent(
            client_order_id="argo-4", signal_id="SIG-1", symbol="AAPL", action="BUY", quantity=1.0,
            order_type=OrderType.LIMIT, limit_price=1.0,
        )  # fmt: skip
        await broker.submit(resting)
        assert [order.intent.client_order_id for order in (await broker.snapshot()).open_orders] == ["argo-4"]
        assert (await broker.cancel("argo-4")).state is OrderState.CANCELLED
        assert (await broker.snapshot()).open_orders == ()

    async def test_cancelling_a_finished_order_changes_nothing(self, broker: Broker) -> None:
        filled = await broker.submit(market_buy("argo-5"))
        assert (await broker.cancel("argo-5")).state is filled.state
