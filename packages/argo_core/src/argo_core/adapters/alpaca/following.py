"""Letting the stream say when to look: each connection and each update is followed by a refresh."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing

from argo_core.adapters.alpaca.token_bucket import Pace
from argo_core.adapters.alpaca.trade_stream import TradeStream
from argo_core.errors import StoreError
from argo_core.ports.venue_sync import VenueSync

# Updates come in bursts (an entry, its legs): one look is enough for those that arrive within this many seconds.
QUIET_SECONDS = 0.25


async def follow(
    stream: TradeStream, venue: VenueSync, told: Callable[[], Awaitable[None]], pace: Pace, quiet: float = QUIET_SECONDS
) -> None:
    """Without end: refresh after each (re)connection and each burst of updates, then call `told`.

    A refresh that fails is repeated by the next update and by whoever refreshes regularly. Raises KeyRefused.
    """
    heard = asyncio.Event()

    async def listen() -> None:
        async with aclosing(stream.events()) as events:
            async for _ in events:
                heard.set()

    async def look() -> None:
        while True:
            await heard.wait()
            await pace.sleep(quiet)
            heard.clear()
            try:
                await venue.refresh()
            except StoreError:
                continue
            await told()

    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(listen())
            group.create_task(look())
    except ExceptionGroup as failed:
        # Not `except*`: what is raised in there is wrapped again by some releases of Python 3.11.
        refused, others = failed.split(StoreError)
        if refused is None or others is not None:
            raise
        raise refused.exceptions[0] from failed
