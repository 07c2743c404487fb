"""A vendor's streams, one for each kind of asset: one that is refused does not end the other; none outlives them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import httpx
import numpy as np
import pytest

from argo_core.adapters.live.market_streams import FollowedStreams, alpaca_streams
from argo_core.adapters.live.shared_state import SharedState
from argo_core.adapters.live.vendor_tools import VendorTools
from argo_core.adapters.vendor_path import MemoryCache, Redacted
from argo_core.errors import SourceError
from argo_core.model.asset import AssetType
from argo_core.model.last_price import LastPrice
from argo_core.model.rejection import Rejection
from argo_core.model.sessions import Sessions
from argo_core.ports.market_stream import News
from argo_core.sources.adaptive_ttl import AdaptiveTtl
from argo_core.sources.price_moves import PriceMoves
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_market import MemoryMarket
from tests.argo.adapters.vendors.market_peers import KEY, SECRET
from tests.argo.peers.stream_peer import alpaca_play, first_frame, streaming, torn

CLOCK = FixedClock(datetime(2026, 11, 20, 15, 30, tzinfo=UTC))
NEVER = np.array([], dtype="datetime64[us]")
TRADE = {"T": "t", "S": "BTC/USD", "p": 91.0, "s": 1, "t": "2026-11-20T15:29:59Z"}
BOTH = ("AAPL", "BTC-USD")


async def no_wait(seconds: float) -> None:
    await asyncio.sleep(0)


def ticks() -> float:
    return 0.0


def tools(client: httpx.AsyncClient) -> VendorTools:
    shared = SharedState(MemoryCache(CLOCK, ticks), None, CLOCK, ticks, no_wait, lambda: "1")
    return VendorTools(
        client, shared, Redacted([KEY]), Sessions("XNYS", NEVER, NEVER), CLOCK, random.random, PriceMoves(AdaptiveTtl())
    )


class RefusedShares:
    """A stream whose shares the plan does not include, and whose coins stay open."""

    def __init__(self, kind: AssetType) -> None:
        self.kind, self.left = kind, asyncio.Event()

    @asynccontextmanager
    async def listening(self, symbols: Sequence[str]) -> AsyncIterator[AsyncIterator[News]]:
        if self.kind is AssetType.EQUITY:
            raise SourceError("DISABLED", "the plan does not include it", permanent=True)

        async def news() -> AsyncIterator[News]:
            await asyncio.Event().wait()
            for each in tuple[News, ...]():
                yield each

        try:
            yield news()
        finally:
            self.left.set()

    def rejections(self) -> tuple[Rejection, ...]:
        return ()


def standing_words(followed: FollowedStreams) -> dict[str, tuple[bool, bool]]:
    return {each.kind: (each.connected, each.ended) for each in followed.standing()}


def unheard(fault: Exception) -> None:
    raise AssertionError(fault)


class Ticking(RefusedShares):
    """Coins are traded all the time; of shares nothing is heard."""

    @asynccontextmanager
    async def listening(self, symbols: Sequence[str]) -> AsyncIterator[AsyncIterator[News]]:
        async def news() -> AsyncIterator[News]:
            while True:
                await asyncio.sleep(0.001)
                for symbol in symbols:
                    yield LastPrice(symbol=symbol, price=1.0, at=CLOCK.now(), received_at=CLOCK.now(), feed="iex")

        yield news()


async def until(true: object, of: Callable[[], object]) -> None:
    async with asyncio.timeout(5.0):
        while of() != true:
            await asyncio.sleep(0.01)


async def test_a_kind_that_is_refused_does_not_end_the_other_and_cancelled_they_leave_no_task() -> None:
    before = asyncio.all_tasks()
    async with httpx.AsyncClient() as client:
        history = MemoryMarket({}, {}, CLOCK)
        followed = FollowedStreams(tools(client), RefusedShares, history, BOTH, lambda _: None, unheard)
        running = asyncio.create_task(followed.run())
        await until({"equity": (False, True), "crypto": (True, False)}, lambda: standing_words(followed))
        running.cancel()
        await asyncio.wait([running])
    assert asyncio.all_tasks() == before
    assert standing_words(followed) == {"equity": (False, True), "crypto": (False, True)}
    assert followed.standing()[0].last_error == "the plan does not include it"


async def test_a_fault_of_ours_in_one_stream_is_told_and_it_begins_again_while_the_other_goes_on() -> None:
    said: list[Exception] = []
    taken: dict[str, int] = dict.fromkeys(BOTH, 0)

    def take(news: News) -> None:
        taken[news.symbol] += 1
        if news.symbol == "BTC-USD" and taken["BTC-USD"] == 3:
            raise ValueError("seven is no price")

    async with httpx.AsyncClient() as client:
        followed = FollowedStreams(tools(client), Ticking, MemoryMarket({}, {}, CLOCK), BOTH, take, said.append)
        running = asyncio.create_task(followed.run())
        await until(True, lambda: min(taken.values()) > 10)
        shares, coins = followed.standing()
        assert (shares.connections, shares.last_error, shares.ended) == (1, None, False)
        assert (coins.connections, coins.last_error, coins.ended) == (2, "ValueError: seven is no price", False)
        assert [str(fault) for fault in said] == ["seven is no price"]
        running.cancel()
        await asyncio.wait([running])


async def test_when_all_are_refused_the_reason_is_raised() -> None:
    async with httpx.AsyncClient() as client:
        followed = FollowedStreams(tools(client), RefusedShares, MemoryMarket({}, {}, CLOCK), ("AAPL",), print, unheard)
        with pytest.raises(SourceError, match="plan does not include"):
            await followed.run()


async def test_a_real_vendors_streams_come_back_after_a_break_and_say_how_they_stand() -> None:
    wrong_key = first_frame({"T": "error", "code": 402, "msg": "auth failed"})
    taken: list[News] = []
    async with streaming(alpaca_play([TRADE], then=torn), alpaca_play([TRADE])) as peer, httpx.AsyncClient() as client:
        opened = alpaca_streams(tools(client), KEY, SECRET, peer.url, "iex")
        followed = FollowedStreams(
            tools(client), opened, MemoryMarket({}, {}, CLOCK), ("BTC-USD",), taken.append, unheard
        )
        running = asyncio.create_task(followed.run())
        await until((2, True, 0), lambda: _told(followed))
        running.cancel()
        await asyncio.wait([running])
    assert len(taken) == 2
    async with streaming(wrong_key) as peer, httpx.AsyncClient() as client:
        opened = alpaca_streams(tools(client), KEY, SECRET, peer.url, "iex")
        refused = FollowedStreams(
            tools(client), opened, MemoryMarket({}, {}, CLOCK), ("BTC-USD",), taken.append, unheard
        )
        with pytest.raises(SourceError, match="refuses the key"):
            await refused.run()
        assert standing_words(refused) == {"crypto": (False, True)}


def _told(followed: FollowedStreams) -> tuple[int, bool, int]:
    (coins,) = followed.standing()
    return coins.connections, coins.connected, coins.failures
