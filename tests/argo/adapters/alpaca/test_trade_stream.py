"""The stream of trade updates says when to look, survives breaks, and stops at a refused key."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress

import pytest

from argo_core.adapters.alpaca import Connected, KeyRefused, TradeStream, follow
from argo_core.adapters.alpaca.opening import OpenVenue
from argo_core.adapters.alpaca.stream_parse import TradeUpdate
from argo_core.adapters.alpaca.token_bucket import Pace, TokenBucket
from argo_core.adapters.alpaca.transport import Deadlines, Line
from argo_core.model.backoff import Backoff
from argo_core.model.order import OrderState
from argo_core.model.venue_account import Credential
from argo_core.testing.fixed_clock import FixedClock
from tests.argo.adapters.alpaca.conftest import CREDENTIAL, Waits
from tests.argo.adapters.alpaca.fake.exchange import START
from tests.argo.adapters.alpaca.fake.server import FakeAlpaca
from tests.argo.adapters.alpaca.orders import bracket


def stream_of(fake: FakeAlpaca, waits: Waits, credential: Credential = CREDENTIAL) -> TradeStream:
    """A stream of its own."""
    pace = waits.pace()
    line = Line(fake.url, credential, TokenBucket(pace), pace, Deadlines(connect=2.0, answer=2.0), Backoff())
    return TradeStream(line, FixedClock(START))


@pytest.mark.parametrize("binary", [True, False])
async def test_text_and_binary_frames_say_the_same(fake: FakeAlpaca, waits: Waits, binary: bool) -> None:
    fake.binary = binary
    async with aclosing(stream_of(fake, waits).events()) as events:
        assert await anext(events) == Connected(1)
        fake.exchange.submit({"symbol": "AAPL", "qty": "2", "side": "buy", "type": "market", "time_in_force": "day"})
        fake.exchange.settle()
        new, fill = await anext(events), await anext(events)
    assert isinstance(new, TradeUpdate)
    assert isinstance(fill, TradeUpdate)
    assert (new.event, fill.event, fill.order.status) == ("new", "fill", "filled")
    assert (str(fill.price), str(fill.quantity), fill.received_at) == ("100", "2", START)
    assert fill.happened_at is not None


async def test_after_a_break_it_connects_again_and_says_so(fake: FakeAlpaca, waits: Waits) -> None:
    async with aclosing(stream_of(fake, waits).events()) as events:
        assert await anext(events) == Connected(1)
        fake.drop_streams()
        assert await anext(events) == Connected(2)
    assert waits.slept == [0.1875]


async def test_a_refused_key_ends_it(fake: FakeAlpaca, waits: Waits) -> None:
    async with aclosing(stream_of(fake, waits, Credential("PKWRONG", "secret-of-mine")).events()) as events:
        with pytest.raises(KeyRefused, match="refuses the key") as refused:
            await anext(events)
    assert "secret-of-mine" not in str(refused.value)
    assert fake.authentications == 1


async def test_waits_grow_while_nobody_listens_there(fake: FakeAlpaca, waits: Waits) -> None:
    fake_url = fake.port
    fake.port = 1  # nothing listens on this port of loopback
    stream = stream_of(fake, waits)
    fake.port = fake_url

    async def first() -> None:
        async with aclosing(stream.events()) as events:
            await anext(events)

    task = asyncio.create_task(first())
    while len(waits.slept) < 4:
        await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert waits.slept[:4] == [0.1875, 0.375, 0.75, 1.5]


async def test_a_fill_that_nobody_asked_about_is_in_the_sequence_at_once(
    opened: OpenVenue, fake: FakeAlpaca, waits: Waits
) -> None:
    told = asyncio.Event()

    async def tell() -> None:
        told.set()

    pace = waits.pace()
    quick = Pace(monotonic=pace.monotonic, sleep=asyncio.sleep, chance=pace.chance, wall=pace.wall)
    task = asyncio.create_task(follow(opened.stream, opened.venue, tell, quick, quiet=0.01))
    try:
        await asyncio.wait_for(told.wait(), 10)  # the refresh that each connection begins with
        await opened.venue.submit(bracket())
        stop = await opened.venue.order("argo-s1-stop")
        assert stop is not None
        fake.exchange.move("AAPL", 90)
        async with asyncio.timeout(10):
            while stop.state is not OrderState.FILLED:
                told.clear()
                await told.wait()
                stop = await opened.venue.order("argo-s1-stop") or stop
        assert [fill.price for fill in stop.fills] == [90.0]
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_following_ends_with_a_refused_key(fake: FakeAlpaca, opened: OpenVenue, waits: Waits) -> None:
    async def tell() -> None:
        return

    stream = stream_of(fake, waits, Credential("PKWRONG", "wrong"))
    with pytest.raises(KeyRefused):
        await follow(stream, opened.venue, tell, waits.pace())
