"""One event to many subscribers of one worker over loopback sockets, beside a bare write to the same sockets.

Run: `python -m benchmarks.fanout [CLIENTS …]` (default 1000 5000). Included: storing in memory, the announcement, the
feed, one rendering, one task and one socket for each subscriber. Not included: HTTP framing by a server. Clients read
in a process of their own, which notes when the last of them has the event. The floor writes the same bytes to all
sockets in one loop without tasks. Memory is this process's growth for each subscriber, kernel buffers apart.
"""

from __future__ import annotations

import asyncio
import gc
import resource
import selectors
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from alpine_core.adapters.memory_announcer import MemoryAnnouncer
from alpine_core.adapters.memory_push import MemoryPush
from alpine_core.adapters.push_form import Form
from alpine_core.adapters.system_clock import SystemClock
from alpine_core.feed import FeedItem, SignalFeed
from alpine_core.model import Tier
from alpine_core.testing.memory_store import MemoryStore
from alpine_core.testing.sample_log import SampleLog
from alpine_core.testing.samples import sample_verified
from alpine_core.tiers import Entitlements

ROUNDS = 20
LIMITS_MS = {1000: 30.0, 5000: 120.0}
MEMORY_LIMIT_KB = 12.0
END = b"\n\n"


def render(item: FeedItem) -> bytes:
    return (
        b"id: %s\nevent: %s\ndata: " % (item.event_id.encode(), item.kind.encode())
        + msgspec.json.encode(item.view)
        + END
    )


def main() -> int:
    """Print each figure beside its limit; exit status 1 if one is missed."""
    if sys.argv[1:2] == ["--read"]:
        return read(int(sys.argv[2]), int(sys.argv[3]))
    raise_file_limit()
    sizes = [int(text) for text in sys.argv[1:]] or list(LIMITS_MS)
    missed = [asyncio.run(measure(size)) for size in sizes]
    return int(any(missed))


def read(port: int, clients: int) -> int:
    """The clients: a line with the monotonic moment at which the last of them has each event."""
    raise_file_limit()
    chooser = selectors.DefaultSelector()
    for _ in range(clients):
        line = socket.create_connection(("127.0.0.1", port))
        line.setblocking(False)
        chooser.register(line, selectors.EVENT_READ)
    print("connected", flush=True)
    ends = 0
    while True:
        for key, _ in chooser.select():
            piece = key.fileobj.recv(65536)  # type: ignore[union-attr]
            if not piece:
                chooser.unregister(key.fileobj)
                if not chooser.get_map():
                    return 0
            ends += piece.count(END)
            if ends == clients:
                ends = 0
                print(time.monotonic(), flush=True)


async def measure(clients: int) -> bool:
    log, store, announcer, clock = SampleLog(), MemoryStore(), MemoryAnnouncer(), SystemClock()
    push = MemoryPush(
        SignalFeed(store, Entitlements()), announcer, clock, {"line": Form(render=render, heartbeat=b":\n")}
    )
    writers: list[asyncio.StreamWriter] = []
    serving = True

    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        if not serving:
            return

        async def send(piece: bytes) -> None:
            writer.write(piece)
            await writer.drain()

        await push.serve("line", Tier.PREMIUM, None, send)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=clients)
    port = server.sockets[0].getsockname()[1]
    before = memory_kb()
    reader = await reader_process(port, clients)
    await polled(lambda: push.subscribers == clients)
    each_kb = (memory_kb() - before) / clients
    gc.collect()
    gc.freeze()
    took, cpu = [], time.process_time()
    for number in range(ROUNDS):
        took.append(await round_of(number, log, store, announcer, clock, reader))
    cpu_us = (time.process_time() - cpu) / ROUNDS / clients * 1e6
    await end(writers, reader)
    serving = False
    floor_reader = await reader_process(port, clients)
    await polled(lambda: len(writers) == clients)
    floor = [await bare_round(writers, floor_reader) for _ in range(ROUNDS)]
    await end(writers, floor_reader)
    await push.close()
    server.close()
    return report(clients, took, floor, cpu_us, each_kb)


async def end(writers: list[asyncio.StreamWriter], reader: asyncio.subprocess.Process) -> None:
    """Close every line; the clients end with the last of them."""
    for writer in writers:
        writer.close()
    writers.clear()
    await reader.wait()


async def round_of(
    number: int,
    log: SampleLog,
    store: MemoryStore,
    announcer: MemoryAnnouncer,
    clock: SystemClock,
    reader: asyncio.subprocess.Process,
) -> float:
    verified = log.sealed(sample_verified(f"s{number}"))
    step = log.advance(None if number == 0 else log.size - 1)
    start = time.monotonic()
    receipts = await store.store([verified], clock.now(), [step])
    announcer.announce(receipts[0].record_cursor or 0)
    return (await moment(reader) - start) * 1000


async def bare_round(writers: list[asyncio.StreamWriter], reader: asyncio.subprocess.Process) -> float:
    payload = b"x" * 700 + END
    start = time.monotonic()
    for writer in writers:
        writer.write(payload)
    return (await moment(reader) - start) * 1000


async def moment(reader: asyncio.subprocess.Process) -> float:
    assert reader.stdout is not None
    return float(await reader.stdout.readline())


async def reader_process(port: int, clients: int) -> asyncio.subprocess.Process:
    reader = await asyncio.create_subprocess_exec(
        sys.executable, str(Path(__file__)), "--read", str(port), str(clients), stdout=subprocess.PIPE
    )
    assert reader.stdout is not None
    await reader.stdout.readline()
    return reader


def report(clients: int, took: list[float], floor: list[float], cpu_us: float, each_kb: float) -> bool:
    limit = LIMITS_MS.get(clients)
    print(f"{clients} subscribers, {ROUNDS} events")
    print(f"  {'last subscriber, median':<48}{statistics.median(took):>10.1f} ms   limit {limit or '-'}")
    print(f"  {'last subscriber, worst':<48}{max(took):>10.1f} ms")
    print(f"  {'floor: bare write to the same sockets, median':<48}{statistics.median(floor):>10.1f} ms")
    print(f"  {'ours over the floor':<48}{statistics.median(took) / statistics.median(floor):>10.2f} x")
    print(f"  {'processor time a delivery':<48}{cpu_us:>10.1f} us   limit 20")
    print(f"  {'memory a subscriber, socket objects included':<48}{each_kb:>10.1f} KB   limit {MEMORY_LIMIT_KB}")
    return limit is not None and statistics.median(took) > limit


async def polled(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def memory_kb() -> float:
    """Resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 1024


def raise_file_limit() -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    sys.exit(main())
