"""Announcements between workers: by a real Redis, by a real PostgreSQL, and while neither is there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import Redis

from alpine_core.adapters.channel_announcer import ChannelAnnouncer, ChannelPatience
from alpine_core.adapters.cursor_channel import CursorChannel, read_cursor
from alpine_core.adapters.memory_push import MemoryPush
from alpine_core.adapters.postgres_channel import PostgresChannel
from alpine_core.adapters.push_form import Form, PushLimits
from alpine_core.adapters.redis_channel import RedisChannel
from alpine_core.feed import SignalFeed
from alpine_core.model import Tier
from alpine_core.ports import PushEnded
from alpine_core.ports.live_push import Send
from alpine_core.testing import FixedClock, MemoryStore
from alpine_core.testing.contracts.announcer import AnnouncerContract
from alpine_core.testing.sample_log import SampleLog
from alpine_core.testing.samples import sample_verified
from alpine_core.tiers import Entitlements
from tests.alpine.core.redis_server import RedisServer

# A beat once a minute: what arrives in these tests was not said by a beat.
SOON = ChannelPatience(beat_seconds=60.0, echo_seconds=5.0, retry_seconds=0.02)
NAME = "alpine:cursor:test"


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0.005)


@asynccontextmanager
async def worker(channel: CursorChannel, patience: ChannelPatience = SOON) -> AsyncIterator[ChannelAnnouncer]:
    """One worker's announcer, which hears the others."""
    made = ChannelAnnouncer(channel, lambda _why: None, patience)
    await made.wait(0, 0.0)
    await until(lambda: made.is_there)
    yield made
    await made.close()


class WorkersContract(AnnouncerContract):
    """What several workers must do besides. Fixture: `channel`."""

    @pytest.fixture
    async def announcer(self, channel: CursorChannel) -> AsyncIterator[ChannelAnnouncer]:
        async with worker(channel) as made:
            yield made

    async def test_what_one_worker_announces_wakes_the_others(self, channel: CursorChannel) -> None:
        async with worker(channel) as one, worker(channel) as two, worker(channel) as three:
            waiting = [asyncio.create_task(each.wait(0, 20.0)) for each in (two, three)]
            await asyncio.sleep(0)
            one.announce(7)
            assert await asyncio.gather(*waiting) == [7, 7]
            two.announce(8)
            assert [await one.wait(7, 20.0), await three.wait(7, 20.0)] == [8, 8]

    async def test_a_burst_ends_with_its_newest_at_everybody(self, channel: CursorChannel) -> None:
        async with worker(channel) as one, worker(channel) as two:
            for cursor in range(1, 501):
                one.announce(cursor)
            assert await two.wait(499, 20.0) == 500

    async def test_who_comes_later_is_answered_with_the_newest(self, channel: CursorChannel) -> None:
        async with worker(channel) as one:
            one.announce(9)
            async with worker(channel) as late:
                assert await late.wait(8, 20.0) == 9

    async def test_who_comes_later_is_answered_by_those_who_only_heard(self, channel: CursorChannel) -> None:
        async with worker(channel) as heard:
            async with worker(channel) as one:
                one.announce(9)
                assert await heard.wait(0, 20.0) == 9
            async with worker(channel) as late:
                assert await late.wait(8, 20.0) == 9


class TestOverRedis(WorkersContract):
    @pytest.fixture
    def channel(self, redis: RedisServer) -> RedisChannel:
        return RedisChannel(redis.url, NAME)

    async def test_what_others_write_into_the_channel_is_no_cursor(self, redis: RedisServer) -> None:
        async with worker(RedisChannel(redis.url, NAME)) as one, worker(RedisChannel(redis.url, NAME)) as two:
            client = Redis.from_url(redis.url)
            for text in ("", "x", "-1", "9" * 19, "١"):
                await client.publish(NAME, text)
            await client.aclose()
            one.announce(1)
            assert await two.wait(0, 20.0) == 1


@pytest.mark.postgres
class TestOverPostgresql(WorkersContract):
    @pytest.fixture
    def channel(self, pg_url: str) -> PostgresChannel:
        return PostgresChannel(pg_url)

    async def test_a_connection_that_the_server_ends_is_made_anew(self, pg_url: str) -> None:
        import asyncpg

        told: list[str] = []
        async with worker(PostgresChannel(pg_url)) as two:
            one = ChannelAnnouncer(PostgresChannel(pg_url), told.append, SOON)
            one.announce(1)
            assert await two.wait(0, 20.0) == 1
            server = await asyncpg.connect(pg_url.replace("+asyncpg", ""))
            ended = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'alpine channel'"
            await server.execute(ended)
            await server.close()
            await until(lambda: told[1:] != [])
            one.announce(2)
            assert await two.wait(1, 20.0) == 2
            await until(lambda: told[::2] == ["", ""])
            await one.close()


@pytest.mark.parametrize(
    ("text", "cursor"), [("0", 0), ("17", 17), ("9" * 18, 10**18 - 1), ("9" * 19, None), ("", None)]
)
def test_a_message_is_a_cursor_or_nothing(text: str, cursor: int | None) -> None:
    assert read_cursor(text) == cursor


async def test_without_a_channel_own_news_is_heard_and_the_operator_is_told_once() -> None:
    told: list[str] = []
    alone = ChannelAnnouncer(RedisChannel("redis://127.0.0.1:9/0", NAME), told.append, SOON)
    alone.announce(1)
    assert await alone.wait(0, 5.0) == 1
    await until(lambda: bool(told))
    assert (await alone.wait(1, 0.1), told, alone.is_there) == (1, ["ConnectionError"], False)
    await alone.close()


async def test_redis_killed_and_back_nothing_is_lost_or_doubled(redis: RedisServer) -> None:
    """Two workers' pushes over one store: one's signals reach the other's reader, with Redis, without, and again."""
    store, log, clock = MemoryStore(), SampleLog(), FixedClock()
    line = Form(render=lambda item: f"{item.event_id} ".encode(), heartbeat=b"")
    got = b""

    async def take(piece: bytes) -> None:
        nonlocal got
        got += piece

    async def store_at(one: ChannelAnnouncer, number: int) -> None:
        receipts = await log.store_in(store, [sample_verified(f"s{number}")], clock.now())
        one.announce(receipts[0].record_cursor or 0)
        await until(lambda: got.endswith(f"{number} ".encode()))

    channel = RedisChannel(redis.url, NAME)
    async with worker(channel) as one, worker(channel) as two:
        # The feed is read every 50 ms without an announcement: that is what fills the gap.
        limits = PushLimits(poll_seconds=0.05, heartbeat_seconds=60.0)
        push = MemoryPush(SignalFeed(store, Entitlements()), two, clock, {"line": line}, limits)
        reading = asyncio.create_task(push.serve("line", Tier.PREMIUM, "0", take))
        await store_at(one, 1)
        redis.kill()
        await store_at(one, 2)
        await until(lambda: not (one.is_there or two.is_there))
        await store_at(one, 3)
        redis.start()
        await until(lambda: one.is_there and two.is_there)
        assert await two.wait(2, 20.0) == 3  # what was announced while it was away is said again
        await store_at(one, 4)
        await push.close()
        await reading
    assert got == b"1 2 3 4 "


async def test_a_reader_that_stands_still_at_one_worker_is_shed_and_nobody_at_either_notices(
    redis: RedisServer,
) -> None:
    store, log, clock = MemoryStore(), SampleLog(), FixedClock()
    line = Form(render=lambda item: f"{item.event_id} ".encode(), heartbeat=b"~")
    limits = PushLimits(ring_frames=8, stall_seconds=60.0, heartbeat_seconds=0.05, poll_seconds=20.0)
    got, never = [b"", b""], asyncio.Event()

    async def still(_piece: bytes) -> None:
        await never.wait()

    def reading(place: int) -> Send:
        async def take(piece: bytes) -> None:
            got[place] += piece

        return take

    channel = RedisChannel(redis.url, NAME)
    async with worker(channel) as one, worker(channel) as two:
        feed = SignalFeed(store, Entitlements())
        pushes = [MemoryPush(feed, each, clock, {"line": line}, limits) for each in (one, two)]
        quick = [
            asyncio.create_task(each.serve("line", Tier.PREMIUM, "0", reading(at))) for at, each in enumerate(pushes)
        ]
        slow = asyncio.create_task(pushes[1].serve("line", Tier.PREMIUM, "0", still))
        await until(lambda: [push.subscribers for push in pushes] == [1, 2])
        for number in range(1, 21):
            receipts = await log.store_in(store, [sample_verified(f"s{number}")], clock.now())
            (one, two)[number % 2].announce(receipts[0].record_cursor or 0)
            await until(lambda number=number: all(b"%d " % number in each for each in got))  # type: ignore[misc]
        assert await slow is PushEnded.SHED
        await until(lambda: all(b"~" in each for each in got))
        for push in pushes:
            await push.close()
        assert [await each for each in quick] == [PushEnded.CLOSED] * 2
    assert [each.replace(b"~", b"").split() for each in got] == [[b"%d" % number for number in range(1, 21)]] * 2
    assert [push.shed for push in pushes] == [0, 1]


async def test_a_redis_that_stands_still_counts_as_away(redis: RedisServer) -> None:
    told: list[str] = []
    patience = ChannelPatience(beat_seconds=0.02, echo_seconds=1.0, retry_seconds=0.02)
    one = ChannelAnnouncer(RedisChannel(redis.url, NAME), told.append, patience)
    one.announce(1)
    await until(lambda: told == [""])
    redis.stand_still()
    await until(lambda: len(told) == 2)
    redis.kill()
    redis.start()
    await until(lambda: len(told) == 3)
    await one.close()
    assert (told[0], told[1] != "", told[2]) == ("", True, "")
