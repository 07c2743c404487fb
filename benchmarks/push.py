"""Live push of the real server with all of its neighbours: pages beside it, and two workers over a shared channel.

Run: `python -m benchmarks.push [PART …]`, by default all parts. `beside`: 5,000 readers of `/stream/signals` get a
signal twice a second while the dashboard is asked for 50 times a second; time runs from before the POST to the last
reader, so intake, hash, durable commit, reading back and rendering are included. `redis`, `postgresql`: two processes
over one PostgreSQL, a signal is posted to one and read at the other; the floor is a reader at the process that took it.
The readers are a process of their own on the same machine. PostgreSQL runs without waiting for the disk.
"""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from benchmarks.served.line import Line, at_rate, connected
from benchmarks.served.readers import Readers, readers
from benchmarks.served.servers import Server, alpine, raise_file_limit
from benchmarks.web import one_round, percentile, prefill, show
from tests.alpine.core.postgres import postgres
from tests.alpine.core.redis_server import redis_server

READERS, ROUNDS, ASKED_A_SECOND, ASKED = 5_000, 100, 50, 1_000
LAST_LIMIT_MS, MEMORY_LIMIT_KB, PAGE_LIMIT_MS = 300.0, 15.0, 20.0
WARM = 20


async def beside() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        async with alpine(folder) as ours, connected(ours) as line, contextlib.AsyncExitStack() as kept:
            await prefill(line)
            asking = [await kept.enter_async_context(connected(ours)) for _ in range(8)]
            before = ours.memory_kb()
            async with readers(ours, READERS) as here:
                each_kb = (ours.memory_kb() - before) / READERS
                alone = [await one_round(line, here, f"a{number}") for number in range(ROUNDS)]
                asked = asyncio.create_task(
                    at_rate(asking, lambda _: ("GET", "/dashboard", None), ASKED_A_SECOND, ASKED)
                )
                took = await pushed_until(asked, line, here)
                pages = await asked
    print(f"{READERS} readers of /stream/signals, a signal at a time")
    missed = show("POST to the last reader, p99", percentile(alone, 99), LAST_LIMIT_MS, "ms")
    show("POST to the last reader, median", statistics.median(alone), None, "ms")
    missed |= show("server memory a reader", each_kb, MEMORY_LIMIT_KB, "KB")
    print(f"the same beside GET /dashboard {ASKED_A_SECOND} times a second, two signals a second")
    show("POST to the last reader, median", statistics.median(took), None, "ms")
    show("POST to the last reader, worst", max(took), LAST_LIMIT_MS, "ms")
    show("GET /dashboard, median", statistics.median(pages), None, "ms")
    return show("GET /dashboard, p95", percentile(pages, 95), PAGE_LIMIT_MS, "ms") or missed


async def pushed_until(ended: asyncio.Task[list[float]], line: Line, here: Readers) -> list[float]:
    """Milliseconds to the last reader, for a signal every half second."""
    took: list[float] = []
    while not ended.done():
        took.append(await one_round(line, here, f"b{len(took)}"))
        await asyncio.sleep(0.5)
    return took


async def workers(channel: str) -> bool:
    own, crossed = [], []
    async with (
        two_servers(channel) as (one, two),
        readers(one, 1) as here,
        readers(two, 1) as there,
        connected(one) as line,
    ):
        for number in range(WARM + ROUNDS):
            # By turns: each event reaches both, and when the other had it is passed over.
            own.append(await one_round(line, here, f"s{number}"))
            await there.moment()
            crossed.append(await one_round(line, there, f"x{number}"))
            await here.moment()
    print(f"two workers over {channel}: POST to one, read at the other (floor: read at the one)")
    own, crossed = own[WARM:], crossed[WARM:]
    show("median", statistics.median(crossed), None, "ms", statistics.median(own))
    return show("p95", percentile(crossed, 95), None, "ms", percentile(own, 95))


@asynccontextmanager
async def two_servers(channel: str) -> AsyncIterator[tuple[Server, Server]]:
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as kept:
        database = f"{kept.enter_context(postgres())}/postgres"
        shared = {
            "ALPINE_DATABASE_URL": database,
            "ALPINE_SECRET_KEY": "c" * 64,
            "ALPINE_KEY_DIR": f"{folder}/keys",
            "ALPINE_CHANNEL": channel,
        }
        if channel == "redis":
            shared["REDIS_URL"] = kept.enter_context(redis_server(Path(folder))).url
        async with alpine(folder, shared) as one, alpine(folder, shared) as two:
            yield one, two


PARTS: dict[str, Callable[[], Awaitable[bool]]] = {
    "beside": beside,
    "redis": partial(workers, "redis"),
    "postgresql": partial(workers, "postgresql"),
}


async def run(names: Sequence[str]) -> int:
    """Print each figure beside its limit; exit status 1 if one is missed."""
    raise_file_limit()
    print(f"  {'':<62}{'ours':>9}    {'floor':>9}{'ratio':>7}")
    return int(any([await PARTS[name]() for name in names or PARTS]))


if __name__ == "__main__":
    sys.exit(asyncio.run(run(sys.argv[1:])))
