"""What every VenueSync promises."""

from __future__ import annotations

from typing import Protocol

from argo_core.execution.holdings import Holdings
from argo_core.model.order import OrderIntent, OrderType
from argo_core.ports import Broker, OrderFeed, VenueSync


class SyncedVenue(Broker, OrderFeed, VenueSync, Protocol):
    """A broker whose sequence of changes can be brought up to date."""


def share(number: int, **changes: object) -> OrderIntent:
    """One share of AAPL, at once unless said otherwise."""
    return OrderIntent(
        client_order_id=f"y-{number}", signal_id=f"y{number}", symbol="AAPL", action="BUY", quantity=1.0, **changes  # type: ignore[arg-type]
    )  # fmt: skip


async def added_up(venue: OrderFeed) -> dict[str, float]:
    """What the fills of the sequence add up to, by symbol."""
    holdings, after = Holdings({}), 0
    while changes := await venue.changes(after, 100):
        for numbered in changes:
            holdings = holdings.with_change(numbered.change)
        after = changes[-1].position
    return holdings.quantities()


class VenueSyncContract:
    """Subclass it, and give a fixture `venue`: a flat account with cash, AAPL at 100 in an open market."""

    async def test_after_a_refresh_the_sequence_adds_up_to_the_positions(self, venue: SyncedVenue) -> None:
        for number in range(3):
            await venue.submit(share(number))
        await venue.refresh()
        held = {position.symbol: position.quantity for position in (await venue.snapshot()).positions}
        assert await added_up(venue) == held == {"AAPL": 3.0}

    async def test_a_second_refresh_finds_nothing_new(self, venue: SyncedVenue) -> None:
        await venue.submit(share(1))
        await venue.refresh()
        whole = await venue.changes(0, 1000)
        again = await venue.refresh()
        assert (again.changes, again.adopted) == (0, 0)
        assert await venue.changes(0, 1000) == whole

    async def test_every_open_order_of_the_account_is_in_the_sequence(self, venue: SyncedVenue) -> None:
        await venue.submit(share(1, order_type=OrderType.LIMIT, limit_price=1.0))
        await venue.refresh()
        told = {numbered.change.order.intent.client_order_id for numbered in await venue.changes(0, 1000)}
        assert {order.intent.client_order_id for order in (await venue.snapshot()).open_orders} <= told
