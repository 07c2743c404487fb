"""What every byte cache must do. Fixtures: an empty `cache`, and `later`, which lets so many seconds pass for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from argo_core.ports.byte_cache import ByteCache

Later = Callable[[float], Awaitable[None]]
ANY_BYTES = bytes(range(256))


class ByteCacheContract:
    async def test_what_was_never_put_is_nothing(self, cache: ByteCache) -> None:
        assert await cache.get("a") is None

    async def test_the_exact_bytes_come_back(self, cache: ByteCache) -> None:
        for key, body in (("bytes", ANY_BYTES), ("none", b""), ("many", ANY_BYTES * 4096)):
            await cache.put(key, body, 60.0)
            kept = await cache.get(key)
            assert kept is not None
            assert kept.body == body

    async def test_the_last_put_counts(self, cache: ByteCache) -> None:
        await cache.put("a", b"1", 60.0)
        await cache.put("a", b"2", 60.0)
        kept = await cache.get("a")
        assert kept is not None
        assert kept.body == b"2"

    async def test_keys_do_not_mix(self, cache: ByteCache) -> None:
        keys = ["a", "A", "a ", "a:b", "a*", "*", "", "ä", "a\r\nset a b", "a" * 300]
        for place, key in enumerate(keys):
            await cache.put(key, str(place).encode(), 60.0)
        kept = [await cache.get(key) for key in keys]
        assert [None if one is None else one.body for one in kept] == [
            str(place).encode() for place in range(len(keys))
        ]

    async def test_what_has_expired_is_not_answered(self, cache: ByteCache, later: Later) -> None:
        await cache.put("short", b"1", 0.2)
        await cache.put("long", b"2", 60.0)
        assert await cache.get("short") is not None
        await later(0.25)
        assert await cache.get("short") is None
        assert await cache.get("long") is not None

    async def test_a_new_put_renews_the_time_to_live(self, cache: ByteCache, later: Later) -> None:
        await cache.put("a", b"1", 0.2)
        await cache.put("a", b"2", 60.0)
        await later(0.25)
        assert await cache.get("a") is not None

    async def test_a_shorter_time_to_live_counts_too(self, cache: ByteCache, later: Later) -> None:
        await cache.put("a", b"1", 60.0)
        await cache.put("a", b"2", 0.2)
        await later(0.25)
        assert await cache.get("a") is None

    async def test_no_time_to_live_keeps_nothing(self, cache: ByteCache) -> None:
        for seconds in (0.0, -1.0):
            await cache.put("a", b"1", seconds)
            assert await cache.get("a") is None

    async def test_no_time_to_live_takes_away_what_was_there(self, cache: ByteCache) -> None:
        await cache.put("a", b"1", 60.0)
        await cache.put("a", b"2", 0.0)
        assert await cache.get("a") is None

    async def test_reading_does_not_change_when_it_was_stored(self, cache: ByteCache) -> None:
        await cache.put("a", b"1", 60.0)
        first, second = await cache.get("a"), await cache.get("a")
        assert first == second
        assert first is not None
        assert first.stored_at > 0

    async def test_many_calls_at_a_time(self, cache: ByteCache) -> None:
        await asyncio.gather(*(cache.put(f"k{number}", str(number).encode(), 60.0) for number in range(100)))
        kept = await asyncio.gather(*(cache.get(f"k{number}") for number in range(100)))
        assert [None if one is None else one.body for one in kept] == [str(number).encode() for number in range(100)]
