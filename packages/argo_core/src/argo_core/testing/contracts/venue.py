"""What every OrderFeed and every MarketMarks promises, which a venue without prices of its own is both of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

from argo_core.model.bars import Bar
from argo_core.model.order import OrderIntent, Quote
from argo_core.ports import Broker, MarketMarks, OrderFeed

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


class Venue(Broker, OrderFeed, MarketMarks, Protocol):
    """A broker whose orders and prices can be followed."""


def minute(number: int, close: float, symbol: str = "MSFT") -> Bar:
    """A flat bar of a symbol that the venue has not seen."""
    return Bar(
        symbol=symbol, timeframe="1Min", start=START + timedelta(minutes=number), open=close, high=close, low=close,
        close=close, volume=1.0,
    )  # fmt: skip


def order_of(number: int) -> OrderIntent:
    """One share, at once."""
    return OrderIntent(client_order_id=f"x-{number}", signal_id=f"s{number}", symbol="MSFT", action="BUY", quantity=1.0)


class VenueContract:
    """Subclass it, and give a fixture `venue` that has never seen MSFT."""

    async def test_the_last_bar_is_the_quote_and_older_ones_change_nothing(self, venue: Venue) -> None:
        assert await venue.last("MSFT") is None
        assert await venue.mark([minute(1, 11.0), minute(0, 10.0)]) == 2
        assert await venue.mark([minute(0, 99.0), minute(1, 99.0)]) == 0
        assert await venue.last("MSFT") == Quote(price=11.0, as_of=START + timedelta(minutes=1))
        assert await venue.mark([minute(1, 99.0), minute(2, 12.0)]) == 1
        assert await venue.last("MSFT") == Quote(price=12.0, as_of=START + timedelta(minutes=2))

    async def test_every_change_is_in_one_dense_sequence_that_does_not_change(self, venue: Venue) -> None:
        await venue.mark([minute(0, 10.0)])
        begin = len(await venue.changes(0, 1000))
        for number in range(3):
            await venue.submit(order_of(number))
        whole = await venue.changes(begin, 1000)
        assert [numbered.position for numbered in whole] == list(range(begin + 1, begin + 1 + len(whole)))
        assert {numbered.change.order.intent.client_order_id for numbered in whole} == {"x-0", "x-1", "x-2"}
        read: list[int] = []
        while more := await venue.changes(begin + len(read), 2):
            assert len(more) <= 2
            read += [numbered.position for numbered in more]
        assert read == [numbered.position for numbered in whole]

    async def test_what_was_asked_for_twice_is_in_the_sequence_once(self, venue: Venue) -> None:
        await venue.mark([minute(0, 10.0)])
        await venue.submit(order_of(7))
        once = await venue.changes(0, 1000)
        await venue.submit(order_of(7))
        assert await venue.changes(0, 1000) == once
