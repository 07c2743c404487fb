"""A stream that breaks comes back, and what was missed comes with it: once, in order, corrections included."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from argo_core.adapters.vendors.alpaca_stream import AlpacaStream
from argo_core.adapters.vendors.stream_keeper import StreamKeeper
from argo_core.errors import SourceError
from argo_core.model.bars import Bar, Bars
from argo_core.model.last_price import LastPrice
from argo_core.ports.market_stream import News
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_market import MemoryMarket
from tests.argo.adapters.vendors.market_peers import KEY, SECRET
from tests.argo.peers.stream_peer import alpaca_play, streaming, torn

OPEN = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def bar(minute: int, close: float = 10.0, symbol: str = "AAPL") -> Bar:
    return Bar(
        symbol=symbol, timeframe="1Min", start=OPEN + timedelta(minutes=minute), open=10.0, high=20.0, low=5.0,
        close=close, volume=1.0,
    )  # fmt: skip


def price(at: int) -> LastPrice:
    moment = OPEN + timedelta(minutes=at)
    return LastPrice(symbol="AAPL", price=11.0, at=moment, received_at=moment, feed="iex")


def history_of(bars: Sequence[Bar], clock: FixedClock) -> MemoryMarket:
    held = {}
    for symbol in {each.symbol for each in bars}:
        mine = sorted((each for each in bars if each.symbol == symbol), key=lambda each: each.start)
        starts = np.array([each.start.replace(tzinfo=None) for each in mine], dtype="datetime64[us]")
        table = np.array([[each.open, each.high, each.low, each.close, each.volume] for each in mine]).T
        held[symbol] = Bars.of(symbol, "1Min", starts, table)
    return MemoryMarket(held, {}, clock)


class ScriptedStream:
    """Each connection pushes its list, then ends with its error; after the last one it refuses for good."""

    def __init__(self, *connections: tuple[list[Bar | LastPrice], SourceError | None]) -> None:
        self.connections, self.opened = list(connections), 0

    @asynccontextmanager
    async def listening(self, symbols: Sequence[str]) -> AsyncIterator[AsyncIterator[Bar | LastPrice]]:
        if self.opened >= len(self.connections):
            raise SourceError("DISABLED", "the script is over", permanent=True)
        pushed, error = self.connections[self.opened]
        self.opened += 1

        async def news() -> AsyncIterator[Bar | LastPrice]:
            for each in pushed:
                yield each
            if error is not None:
                raise error

        yield news()


class Kept:
    """A keeper over scripted connections, and the waits that it made."""

    def __init__(self, stream: ScriptedStream, history: Sequence[Bar] = (), now: int = 60) -> None:
        self.clock = FixedClock(OPEN + timedelta(minutes=now))
        self.history = history_of(history, self.clock)
        self.waits: list[float] = []
        self.keeper = StreamKeeper(stream, self.history, self.clock, sleep=self.wait, chance=lambda: 0.0)

    async def wait(self, seconds: float) -> None:
        self.waits.append(seconds)

    async def all(self, since: datetime | None = None) -> list[News]:
        """Everything until the script is over."""
        news: list[News] = []
        with pytest.raises(SourceError, match="script is over"):
            async for each in self.keeper.events(["AAPL", "MSFT"], since):
                news.append(each)
        return news


CUT = SourceError("VENDOR_ERROR", "cut")


async def test_what_was_missed_comes_before_what_is_pushed() -> None:
    kept = Kept(ScriptedStream(([bar(0), bar(1)], CUT), ([bar(5)], CUT)), [bar(0), bar(1), bar(2), bar(3), bar(4)])
    assert await kept.all() == [bar(0), bar(1), bar(2), bar(3), bar(4), bar(5)]
    assert kept.keeper.standing.backfilled == 3
    assert kept.keeper.standing.connections == 2


async def test_nothing_is_given_twice_and_a_correction_is_given() -> None:
    kept = Kept(
        ScriptedStream(([bar(0), bar(1), bar(1), bar(1, 12.0)], CUT), ([bar(2), bar(3)], CUT)),
        [bar(0), bar(1, 13.0), bar(2)],
    )
    assert await kept.all() == [bar(0), bar(1), bar(1, 12.0), bar(1, 13.0), bar(2), bar(3)]


async def test_the_first_connection_begins_with_the_history_since() -> None:
    kept = Kept(ScriptedStream(([bar(2)], CUT)), [bar(0), bar(1), bar(2)])
    assert await kept.all(since=OPEN + timedelta(minutes=1)) == [bar(1), bar(2)]


async def test_the_bar_in_progress_is_not_back_filled() -> None:
    kept = Kept(ScriptedStream(([], CUT)), [bar(0), bar(1)], now=1)
    assert await kept.all(since=OPEN) == [bar(0)]


async def test_symbols_that_trade_seldom_lose_nothing() -> None:
    seldom = [bar(minute, symbol="MSFT") for minute in (0, 20)]
    often = [bar(minute) for minute in range(40)]
    kept = Kept(ScriptedStream(([bar(0), seldom[0], *often[1:29]], CUT), ([], CUT)), [*often, *seldom])
    news = await kept.all()
    assert [each for each in news if each.symbol == "MSFT"] == seldom
    assert [each for each in news if each.symbol == "AAPL"] == often


async def test_a_symbol_that_is_silent_for_hours_brings_nothing_old_back() -> None:
    silent, often = bar(0, symbol="MSFT"), [bar(minute) for minute in range(100)]
    kept = Kept(ScriptedStream(([silent, *often], CUT), ([bar(100)], CUT)), [silent, *often, bar(100)], now=200)
    assert await kept.all() == [silent, *often, bar(100)]


async def test_prices_are_never_back_filled_and_always_given() -> None:
    kept = Kept(ScriptedStream(([price(0), price(0)], CUT), ([price(1)], CUT)))
    assert await kept.all() == [price(0), price(0), price(1)]
    assert kept.history.calls == 0


async def test_breaks_in_a_row_are_waited_out_longer_each_time_and_news_end_the_row() -> None:
    nothing: tuple[list[Bar | LastPrice], SourceError | None] = ([], CUT)
    kept = Kept(ScriptedStream(nothing, nothing, nothing, ([price(0)], CUT), nothing))
    await kept.all()
    assert kept.waits == [0.5, 1.0, 2.0, 0.5, 1.0]


async def test_the_vendors_wish_to_wait_is_kept() -> None:
    busy = SourceError("RATE_LIMITED", "another connection", retry_after=60.0)
    kept = Kept(ScriptedStream(([], busy)))
    await kept.all()
    assert kept.waits == [60.0]


async def test_a_stream_that_ends_without_a_word_is_a_break() -> None:
    kept = Kept(ScriptedStream(([bar(0)], None)))
    await kept.all()
    assert kept.waits == [0.5]


async def test_while_the_history_fails_nothing_newer_is_given() -> None:
    kept = Kept(ScriptedStream(([bar(0)], CUT), ([bar(2)], CUT), ([bar(3)], CUT)), [bar(0), bar(1), bar(2)])
    kept.history.failure = SourceError("TIMEOUT", "slow")
    assert await kept.all() == [bar(0)]
    assert kept.keeper.standing.connections == 3
    assert kept.keeper.standing.backfilled == 0


async def test_a_back_fill_that_works_again_closes_the_gap() -> None:
    kept = Kept(ScriptedStream(([bar(0)], CUT), ([bar(2)], CUT), ([bar(3)], CUT)), [bar(0), bar(1), bar(2)])
    failing = SourceError("TIMEOUT", "slow")

    async def wait(seconds: float) -> None:
        kept.waits.append(seconds)
        kept.history.failure = failing if len(kept.waits) == 1 else None

    keeper = StreamKeeper(
        ScriptedStream(([bar(0)], CUT), ([bar(2)], CUT), ([bar(3)], CUT)), kept.history, kept.clock, sleep=wait,
        chance=lambda: 0.0,
    )  # fmt: skip
    news = []
    with pytest.raises(SourceError, match="script is over"):
        async for each in keeper.events(["AAPL"]):
            news.append(each)
    assert news == [bar(0), bar(1), bar(2), bar(3)]
    assert keeper.standing.connections == 3


async def test_a_key_that_is_refused_ends_it() -> None:
    kept = Kept(ScriptedStream())
    assert await kept.all() == []
    assert kept.waits == []
    assert kept.keeper.standing.last_error == "the script is over"
    assert kept.keeper.standing.connected is False


async def test_a_real_stream_that_is_torn_down_comes_back_and_misses_nothing() -> None:
    def frame(minute: int) -> list[dict[str, object]]:
        row = {"o": 10.0, "h": 20.0, "l": 5.0, "c": 10.0, "v": 1.0}
        return [{"T": "b", "S": "AAPL", "t": f"2026-11-20T15:{minute:02d}:00Z", **row}]

    kept = Kept(ScriptedStream(), [bar(minute) for minute in range(6)])
    async with streaming(alpaca_play(frame(0), frame(1), then=torn), alpaca_play(frame(5), frame(6))) as peer:
        stream = AlpacaStream(KEY, SECRET, kept.clock, base_url=peer.url)
        keeper = StreamKeeper(stream, kept.history, kept.clock, sleep=kept.wait, chance=lambda: 0.0)
        news: list[News] = []
        events = keeper.events(["AAPL"])
        async for each in events:
            news.append(each)
            if len(news) == 7:
                break
        await events.aclose()
    assert news == [bar(minute) for minute in range(7)]
    assert len(peer.paths) == 2
