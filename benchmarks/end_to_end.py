"""From bars to a subscriber over loopback, beside a minimal pipeline, beside the limits.

Run: `python -m benchmarks.end_to_end`. Two processes: this one runs the producer's cycle (bars, votes, consensus, hash,
one durable transaction) and its delivery; `alpine serve` verifies, stores durably and pushes; a subscriber here reads
the event stream over a bare socket, as the floor's does. A round ends when the last signal of the cycle has arrived.
The floor does the same with the least code: hash, one durable SQLite row per signal, one frame over a socket, hash
again, one durable row per signal, one frame to the reader; no votes, no checks, no HTTP. Bars are a seeded random walk:
this measures time only.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import itertools
import json
import os
import re
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import numpy as np

from argo_core import ConsensusEngine, ConsensusPolicy
from argo_core.adapters.http import DistributorPublisher, Receiver, Sender
from argo_core.adapters.sql import Database, SqlOutbox, SqlSignalLog
from argo_core.adapters.sql.upgrade import upgrade
from argo_core.adapters.system_clock import SystemClock
from argo_core.measures.features import Features
from argo_core.pipeline import Cycle, Delivery, Stages
from argo_core.sources import FeatureSource, Opinion
from argo_core.sources.bar_source import VoteFunction
from argo_core.testing.memory_feed import MemoryFeed
from argo_core.tracking import Tracker
from benchmarks.cycle import MIGRATIONS, percentile, random_walks, stages
from tests.ports import free_port

WARM_BARS = 300
KEY = "b" * 64
SIGNAL_ID = re.compile(rb'"signal_id":"([^"]+)"')
EMAIL, PASSWORD = "bench@alpine.localhost", "a password of the benchmark"
BIN = Path(sys.executable).parent
ROOT = Path(__file__).parents[1]


async def main() -> int:
    """Print each figure beside its limit; exit status 1 if one is missed."""
    small, large = await rounds(6, 150), await rounds(500, 15)
    floor_small, floor_large = await floor(6, 150), await floor(500, 15)
    table = [
        ("6 symbols, p50", percentile(small, 50), percentile(floor_small, 50), 8.0),
        ("6 symbols, p95", percentile(small, 95), percentile(floor_small, 95), 20.0),
        ("500 symbols at once, p95", percentile(large, 95), percentile(floor_large, 95), 100.0),
    ]
    print(f"{'bars to subscriber':<28}{'ms':>9}{'floor':>9}{'ratio':>8}{'limit ms':>10}")
    for name, ours, least, limit in table:
        print(f"{name:<28}{ours:>9.2f}{least:>9.2f}{ours / least:>8.1f}{limit:>10.0f}")
    return int(any(ours > limit for _, ours, _, limit in table))


async def rounds(symbols: int, count: int) -> list[float]:
    """Milliseconds of each round after the first ten."""
    names = [f"S{number:05d}" for number in range(symbols)]
    start = datetime(2026, 1, 2, 15, 0, tzinfo=UTC)
    instants = [start + timedelta(minutes=WARM_BARS + step) for step in range(count + 11)]
    feed = MemoryFeed(random_walks(names, WARM_BARS + count + 10), instants)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/argo.db"
        await upgrade(url, MIGRATIONS)
        database = await Database.open(url)
        async with distributor(Path(folder)) as base, httpx.AsyncClient() as client, subscriber(base) as arrived:
            clock = SystemClock()
            publisher = DistributorPublisher(Sender(client, Receiver(base, KEY)))
            delivery = Delivery("distributor", SqlOutbox(database), publisher, clock)
            cycle = Cycle(always_flipping(stages(feed)), Tracker(SqlSignalLog(database)), None)
            took = [await one_round(cycle, names, delivery, arrived) for _ in range(count + 10)]
        await database.close()
    return took[10:]


async def one_round(cycle: Cycle, names: list[str], delivery: Delivery, arrived: asyncio.Queue[str]) -> float:
    started = time.perf_counter()
    report = await cycle.run(names)
    delivering = asyncio.create_task(deliver(delivery))
    waiting = {sealed.signal.signal_id for sealed in report.record.signals}
    while waiting:
        waiting.discard(await asyncio.wait_for(arrived.get(), 30))
    took = (time.perf_counter() - started) * 1000.0
    await delivering  # outcomes and bars of this cycle, which nobody waits for
    return took


async def deliver(delivery: Delivery) -> None:
    """As a courier does: pass after pass until nothing waits."""
    while (await delivery.drain()).more:
        pass


def always_flipping(parts: Stages) -> Stages:
    """Votes are computed as always; what is said of every symbol turns round from cycle to cycle.

    Each cycle so publishes a signal per symbol and closes the one before: the open book stays as large as the market.
    """
    sources = tuple(
        FeatureSource(source.spec, turning(source.function), source.tracker)
        for source in parts.sources
        if isinstance(source, FeatureSource)
    )
    engine = ConsensusEngine(parts.engine.weights, ConsensusPolicy(threshold=60, max_staleness_seconds=1e9))
    return replace(parts, sources=sources, engine=engine)


def turning(function: VoteFunction) -> VoteFunction:
    side = itertools.cycle((1, -1))

    def vote(features: Features) -> Opinion:
        opinion = function(features)
        count = len(opinion.direction)
        return replace(opinion, direction=np.full(count, next(side), np.int8), confidence=np.full(count, 90.0))

    return vote


@asynccontextmanager
async def distributor(folder: Path) -> AsyncIterator[str]:
    """`alpine serve` on a free port."""
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "ALPINE_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/alpine.db",
        "ALPINE_PORT": str(port),
        "ALPINE_DEMO_ACCOUNT": f"{EMAIL}:{PASSWORD}",
        "ARGO_API_KEY": KEY,
        "ALPINE_INGEST_PER_MINUTE": "1000000",
    }
    created = await asyncio.create_subprocess_exec(
        BIN / "alpine", "db", "upgrade", env=environment, cwd=folder, stdout=-3
    )
    await created.wait()
    process = await asyncio.create_subprocess_exec(
        BIN / "alpine", "serve", env=environment, cwd=folder, stdout=-3, stderr=-3
    )
    try:
        async with httpx.AsyncClient() as client:
            while True:
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get(f"http://127.0.0.1:{port}/health")).is_success:
                        break
                await asyncio.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def subscriber(base: str) -> AsyncIterator[asyncio.Queue[str]]:
    """Signed in, on the live stream; the ids of signals as they arrive."""
    arrived: asyncio.Queue[str] = asyncio.Queue()
    async with httpx.AsyncClient() as client:
        signed_in = await client.post(f"{base}/api/auth/login", json={"email": EMAIL, "password": PASSWORD})
        signed_in.raise_for_status()
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    host = base.removeprefix("http://")
    reader, writer = await asyncio.open_connection(*host.split(":"), limit=1 << 26)
    writer.write(f"GET /stream/signals?after=0 HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n".encode())

    async def listen() -> None:
        while event := await reader.readuntil(b"\n\n"):
            if (named := SIGNAL_ID.search(event)) is not None:
                arrived.put_nowait(named[1].decode())

    listening = asyncio.create_task(listen())
    try:
        yield arrived
    finally:
        listening.cancel()
        writer.close()


async def floor(symbols: int, count: int) -> list[float]:
    """Milliseconds of each round of the minimal pipeline after the first ten."""
    with tempfile.TemporaryDirectory() as folder:
        command = (sys.executable, "-m", "benchmarks.end_to_end", "--floor", folder)
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, cwd=ROOT)
        assert process.stdout is not None
        port = int(await process.stdout.readline())
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 26)
        connection, took = durable(f"{folder}/first.db"), []
        for number in range(count + 10):
            started = time.perf_counter()
            bodies = [record(number, symbol) for symbol in range(symbols)]
            store(connection, bodies)
            writer.write(b"\n".join(bodies) + b"\n\n")
            await reader.readuntil(b"\n\n")
            took.append((time.perf_counter() - started) * 1000.0)
        writer.close()
        process.terminate()
        await process.wait()
    return took[10:]


def record(number: int, symbol: int) -> bytes:
    return json.dumps({"signal_id": f"{number}-{symbol}", "confidence": 80.5, "text": "x" * 1_500}).encode()


def durable(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE t (hash TEXT, body BLOB)")
    return connection


def store(connection: sqlite3.Connection, bodies: list[bytes]) -> None:
    connection.executemany("INSERT INTO t VALUES (?, ?)", [(hashlib.sha256(body).hexdigest(), body) for body in bodies])
    connection.commit()


async def floor_server(folder: str) -> None:
    """Reads frames, hashes and stores them, sends them on."""
    connection = durable(f"{folder}/second.db")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                frame = await reader.readuntil(b"\n\n")
                store(connection, frame[:-2].split(b"\n"))
                writer.write(frame)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=1 << 26)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--floor"]:
        asyncio.run(floor_server(sys.argv[2]))
    else:
        sys.exit(asyncio.run(main()))
