"""Buckets of permits keep the same contract in this process and over a real Redis."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from redis.asyncio import Redis

from alpine_core.adapters.memory_buckets import MemoryBuckets
from alpine_core.adapters.redis_buckets import RedisBuckets
from alpine_core.errors import StoreError
from alpine_core.testing.contracts.rate_buckets import RateBucketsContract
from tests.alpine.core.redis_server import RedisServer

# A Redis on a busy machine may be late, and is not away for that.
PATIENT = 30.0


def away(why: str) -> None:
    pytest.fail(f"memory decides, Redis does not: {why}")


def buckets_of_redis(url: str) -> RedisBuckets:
    return RedisBuckets(url, MemoryBuckets(time.monotonic), time.monotonic, away, patience_seconds=PATIENT)


@pytest.fixture
def redis_url(redis: RedisServer) -> str:
    return redis.url


class TestMemoryBuckets(RateBucketsContract):
    @pytest.fixture
    def buckets(self) -> MemoryBuckets:
        return MemoryBuckets(time.monotonic)


class TestRedisBuckets(RateBucketsContract):
    @pytest.fixture
    async def emptied(self, redis_url: str) -> str:
        client: Any = Redis.from_url(redis_url)
        await client.flushdb()
        await client.aclose()
        return redis_url

    @pytest.fixture
    async def buckets(self, emptied: str) -> AsyncIterator[RedisBuckets]:
        made = buckets_of_redis(emptied)
        yield made
        await made.close()

    async def test_two_workers_share_one_bucket(self, buckets: RedisBuckets, redis_url: str) -> None:
        other = buckets_of_redis(redis_url)
        given = [(await each.take("ada", 1, 3)).given for each in (buckets, other, buckets, other)]
        await other.close()
        assert given == [True, True, True, False]


async def test_a_redis_that_answers_says_so_and_one_that_is_gone_is_named(redis_url: str) -> None:
    there, gone = (buckets_of_redis(url) for url in (redis_url, "redis://127.0.0.1:9/0"))
    await there.ask()
    with pytest.raises(StoreError, match=r"^Redis does not answer: ConnectionError$"):
        await gone.ask()
    await there.close()
    await gone.close()


async def test_without_redis_each_worker_counts_alone_and_tells_once() -> None:
    told: list[str] = []
    ticks = iter([0.0, 0.0, 1.0, 2.0, 9.0, 9.0])
    alone = MemoryBuckets(lambda: 0.0)
    buckets = RedisBuckets("redis://127.0.0.1:9/0", alone, lambda: next(ticks), told.append, patience_seconds=PATIENT)
    given = [(await buckets.take("ada", 1, 2)).given for _ in range(3)]
    assert (given, told) == ([True, True, False], ["ConnectionError"])
    await buckets.take("ada", 1, 2)
    assert told == ["ConnectionError", "ConnectionError"]
    await buckets.close()


async def test_the_names_that_asked_least_recently_are_forgotten_first() -> None:
    buckets = MemoryBuckets(lambda: 0.0)
    for number in range(20_001):
        await buckets.take(str(number), 1, 1)
    assert [(await buckets.take(name, 1, 1)).given for name in ("20000", "0")] == [False, True]


async def test_after_a_rotation_new_connections_log_in_with_the_password_of_now(redis: RedisServer) -> None:
    admin: Any = Redis.from_url(redis.url)
    await admin.config_set("requirepass", "old-password-of-redis")
    try:
        standing = [redis.url.replace("redis://", "redis://:old-password-of-redis@")]
        alone = MemoryBuckets(time.monotonic)
        buckets = RedisBuckets(standing[0], alone, time.monotonic, away, lambda: standing[0], PATIENT)
        await buckets.ask()
        await admin.config_set("requirepass", "new-password-of-redis")
        await admin.client_kill_filter(_type="normal", skipme=True)
        with pytest.raises(StoreError):
            await buckets.ask()
        standing[0] = redis.url.replace("redis://", "redis://:new-password-of-redis@")
        await buckets.ask()
        await buckets.close()
    finally:
        await admin.config_set("requirepass", "")
        await admin.aclose()
