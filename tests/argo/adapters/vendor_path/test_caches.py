"""The cache in memory is bounded, and the layers agree about age."""

from __future__ import annotations

from argo_core.adapters.vendor_path import LayeredCache, MemoryCache
from argo_core.ports.byte_cache import Kept
from tests.argo.adapters.vendor_path.virtual_time import START, VirtualTime


async def test_what_was_used_longest_ago_goes_first() -> None:
    time = VirtualTime()
    cache = MemoryCache(time, time.ticks, max_bytes=30)
    for key in "abc":
        await cache.put(key, b"0123456789", 60.0)
    await cache.get("a")
    await cache.put("d", b"0123456789", 60.0)
    assert [await cache.get(key) is not None for key in "abcd"] == [True, False, True, True]


async def test_a_body_larger_than_the_cache_is_not_kept_and_drives_nothing_out() -> None:
    time = VirtualTime()
    cache = MemoryCache(time, time.ticks, max_bytes=30)
    await cache.put("a", b"0123456789", 60.0)
    await cache.put("b", b"x" * 31, 60.0)
    assert await cache.get("b") is None
    assert await cache.get("a") is not None


async def test_bytes_are_given_free_when_something_is_replaced_or_expires() -> None:
    time = VirtualTime()
    cache = MemoryCache(time, time.ticks, max_bytes=30)
    for _ in range(100):
        await cache.put("a", b"x" * 20, 1.0)
    await time.pass_(2.0)
    assert await cache.get("a") is None
    for key in "bcd":
        await cache.put(key, b"0123456789", 60.0)
    assert [await cache.get(key) is not None for key in "bcd"] == [True, True, True]


async def test_expiry_does_not_follow_a_wall_clock_that_stands_still() -> None:
    time, standing = VirtualTime(), VirtualTime()
    cache = MemoryCache(standing, time.ticks)
    await cache.put("a", b"1", 10.0)
    await time.pass_(10.0)
    assert await cache.get("a") is None


async def test_what_only_the_back_has_keeps_its_age_and_its_end() -> None:
    time = VirtualTime()
    back = MemoryCache(time, time.ticks)
    await LayeredCache(MemoryCache(time, time.ticks), back, time).put("a", b"1", 60.0)
    await time.pass_(50.0)
    layered = LayeredCache(MemoryCache(time, time.ticks), back, time)
    assert await layered.get("a") == Kept(b"1", START.timestamp())
    await time.pass_(9.9)
    assert await layered.get("a") == Kept(b"1", START.timestamp())
    await time.pass_(0.2)
    assert await layered.get("a") is None


async def test_the_front_answers_without_the_back() -> None:
    time = VirtualTime()
    back = MemoryCache(time, time.ticks)
    layered = LayeredCache(MemoryCache(time, time.ticks), back, time)
    await layered.put("a", b"1", 60.0)
    await back.put("a", b"other", 60.0)
    assert await layered.get("a") == Kept(b"1", START.timestamp())


async def test_what_is_past_its_time_goes_although_nobody_asks_for_it_again() -> None:
    time = VirtualTime()
    cache = MemoryCache(time, time.ticks, max_bytes=40)
    await cache.put("history", b"0123456789", 86_400.0)
    for minute in range(50):
        await cache.put(f"bars until {minute}", b"0123456789", 60.0)
        await time.pass_(30.0)
    assert await cache.get("history") is not None, "it was used longest ago, but there was room"
    assert await cache.get("bars until 49") is not None


async def test_what_was_put_anew_stays_for_its_new_time() -> None:
    time = VirtualTime()
    cache = MemoryCache(time, time.ticks)
    await cache.put("a", b"1", 5.0)
    await cache.put("a", b"2", 60.0)
    await time.pass_(10.0)
    await cache.put("b", b"1", 5.0)
    assert await cache.get("a") is not None


async def test_something_large_leaves_the_front_after_ten_minutes_and_stays_in_the_back() -> None:
    time = VirtualTime()
    front, back = MemoryCache(time, time.ticks), MemoryCache(time, time.ticks)
    layered = LayeredCache(front, back, time)
    await layered.put("history", b"x" * 100_000, 86_400.0)
    await layered.put("reading", b"x", 86_400.0)
    assert await front.get("history") is not None
    for _ in range(2):
        await time.pass_(601.0)
        assert [await front.get(key) is not None for key in ("history", "reading")] == [False, True]
        assert await layered.get("history") == Kept(b"x" * 100_000, START.timestamp())
        assert await front.get("history") is not None, "taken over again"
