"""Server-sent events: each durable cycle is announced, silence is filled, and a shutdown waits for nobody."""

from __future__ import annotations

import asyncio
import time

import httpx

from argo_core.testing.memory_log import MemoryLog
from argo_server.announcements import Announcements
from argo_server.web.stream import event_frames
from tests.argo.server.web.parts import assemble, served, services_after, three_cycles

CYCLE = b"id: %(id)s\nevent: cycle\ndata: %(id)s\n\n"


async def test_a_reader_hears_of_each_cycle_and_a_shutdown_does_not_wait_for_it() -> None:
    services = assemble(MemoryLog(), three_cycles())
    await services.generator.tick()
    async with (
        asyncio.timeout(20),
        served(services) as (address, server, serving),
        httpx.AsyncClient() as client,
        client.stream("GET", f"{address}/console/stream", timeout=10) as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.aiter_lines()
        assert [await anext(lines) for _ in range(6)] == ["retry: 2000", "", "id: c1", "event: cycle", "data: c1", ""]
        await services.generator.tick()
        assert [await anext(lines) for _ in range(4)] == ["id: c2", "event: cycle", "data: c2", ""]
        asked = time.monotonic()
        server.should_exit = True
        services.announcements.close()
        assert [line async for line in lines] == []
        await serving
        assert time.monotonic() - asked < 3


async def test_a_reader_that_comes_back_is_not_told_again() -> None:
    services = await services_after(three_cycles()[:1])
    frames = event_frames(services.announcements, after="c1", heartbeat_seconds=0.01)
    assert [await anext(frames) for _ in range(2)] == [b"retry: 2000\n\n", b": alive\n\n"]
    await frames.aclose()


async def test_silence_is_filled_with_comments_until_something_happens() -> None:
    services = assemble(MemoryLog(), three_cycles())
    frames = event_frames(services.announcements, after=None, heartbeat_seconds=0.01)
    assert [await anext(frames) for _ in range(3)] == [b"retry: 2000\n\n", b": alive\n\n", b": alive\n\n"]
    await services.generator.tick()
    assert await anext(frames) in (b": alive\n\n", CYCLE % {b"id": b"c1"})
    await frames.aclose()


async def test_a_slow_reader_hears_of_the_newest_cycle_only() -> None:
    services = await services_after(three_cycles())
    frames = event_frames(services.announcements, after=None)
    assert [await anext(frames) for _ in range(2)] == [b"retry: 2000\n\n", CYCLE % {b"id": b"c3"}]
    await frames.aclose()


async def test_a_closed_stream_leaves_no_task_behind() -> None:
    before = asyncio.all_tasks()
    frames = event_frames(Announcements(), after=None, heartbeat_seconds=0.01)
    assert [await anext(frames) for _ in range(2)] == [b"retry: 2000\n\n", b": alive\n\n"]
    await frames.aclose()
    assert asyncio.all_tasks() == before
