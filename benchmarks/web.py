"""The real server under load: `alpine serve` beside a bare ASGI application on uvicorn, in the same run.

Run: `python -m benchmarks.web [PART …]`, by default all parts. Push: N readers of `/stream/signals` in a process of
their own, which notes when the last of them has the event; time runs from before the POST, so intake, hash, durable
commit, reading back and rendering are included. Its floor is one plain ASGI stream that sends the body to as many
readers after a POST without a database. The floor of ingest is JSON with typed decode and SHA-256, without a database;
a bare commit is measured beside it. Ours and the floor take turns. CPU is the server's alone, all of its threads;
memory is the growth of its resident set for each reader. Readers and server share the machine: of two cores each has
one.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

from alpine_core.testing.samples import DETAILS
from benchmarks.served.line import Line, at_rate, connected, post
from benchmarks.served.readers import Readers, readers
from benchmarks.served.servers import ROOT, Server, alpine, bare, raise_file_limit

SYNC = "/api/v1/external-signals/sync"
ROUNDS = 20
SIZES = (1000, 5000, 10_000)
LIMITS_MS = {1000: (30.0, 60.0), 5000: (120.0, 200.0), 10_000: (None, None)}
CPU_LIMIT_US, MEMORY_LIMIT_KB, SOCKET_LIMIT_MS = 20.0, 12.0, 300.0
PREFILLED, BARS = 300, 300
SYMBOLS = [f"SYM{number}" for number in range(10)]
VOTES = [{**DETAILS["votes"][0], "source": f"source-{number}"} for number in range(6)]


async def push(size: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        async with alpine(folder) as ours, bare() as floor:
            return await push_of(size, ours, floor)


async def push_of(size: int, ours: Server, floor: Server) -> bool:
    before = ours.memory_kb()
    async with readers(ours, size) as here:
        each_kb = (ours.memory_kb() - before) / size
        async with readers(floor, size) as there, connected(ours) as to_us, connected(floor) as to_floor:
            await one_round(to_us, here, "warm")
            took, bare_took, cpu = [], [], 0.0
            for number in range(ROUNDS):
                start = ours.cpu_seconds()
                took.append(await one_round(to_us, here, f"s{number}"))
                cpu += ours.cpu_seconds() - start
                bare_took.append(await one_round(to_floor, there, f"s{number}"))
        print(f"push, {size} readers of /stream/signals, {ROUNDS} events, connected in {here.connecting_seconds:.1f} s")
    typical, worst = LIMITS_MS[size]
    missed = show(
        "POST to the last reader, median", statistics.median(took), typical, "ms", statistics.median(bare_took)
    )
    missed |= show("POST to the last reader, worst", max(took), worst, "ms", max(bare_took))
    missed |= show("server CPU a delivery (intake included)", cpu / ROUNDS / size * 1e6, CPU_LIMIT_US, "us")
    return show("server memory a reader", each_kb, MEMORY_LIMIT_KB, "KB") or missed


async def one_round(line: Line, arrived: Readers, name: str) -> float:
    """Milliseconds from before the POST until the last reader has the event."""
    await asyncio.sleep(0.05)
    body = line.server.provider.signal(f"{name}-{time.monotonic_ns()}")
    start = time.monotonic()
    answering = asyncio.create_task(line.ask("POST", f"{SYNC}/signal", body))
    moment = await arrived.moment()
    status, _, answer = await answering
    if status != 201:
        raise SystemExit(f"the signal was answered {status}: {answer[:200]!r}")
    return (moment - start) * 1000


async def first_reader() -> bool:
    """From POST to one reader, on an otherwise idle server: what lies on the path of every push."""
    took, bare_took = [], []
    with tempfile.TemporaryDirectory() as folder:
        async with (
            alpine(folder) as ours,
            bare() as floor,
            readers(ours, 1) as here,
            readers(floor, 1) as there,
            connected(ours) as to_us,
            connected(floor) as to_floor,
        ):
            for number in range(120):
                took.append(await one_round(to_us, here, f"s{number}"))
                bare_took.append(await one_round(to_floor, there, f"s{number}"))
    print("one reader, otherwise idle")
    show("POST to reader, median", statistics.median(took[20:]), None, "ms", statistics.median(bare_took[20:]))
    return show("POST to reader, p95", percentile(took[20:], 95), None, "ms", percentile(bare_took[20:], 95))


async def slow() -> bool:
    """Readers that take nothing are shed; those that read do not notice."""
    with tempfile.TemporaryDirectory() as folder:
        async with alpine(folder) as ours, readers(ours, 200) as quick, connected(ours) as line:
            alone = await loaded_rounds(line, quick, "a")
            async with readers(ours, 200, "idle"):
                before = ours.memory_kb()
                beside = await loaded_rounds(line, quick, "b")
                grown_kb = (ours.memory_kb() - before) / 200
                left = await streams_of(line) - 200
    print("200 readers that take nothing, beside 200 that read; before each event 100 at once")
    limit = 2 * statistics.median(alone) + 10
    missed = show(
        "last that reads, median (floor: without; limit: 2 x + 10)",
        statistics.median(beside),
        limit,
        "ms",
        statistics.median(alone),
    )
    show("memory a reader that takes nothing, at its end", grown_kb, None, "KB")
    return show("readers that take nothing and were not shed", left, 0.0, "") or missed


async def loaded_rounds(line: Line, quick: Readers, name: str) -> list[float]:
    took = []
    for number in range(ROUNDS):
        names = [f"{name}-{number}-{place}" for place in range(100)]
        await post(line, f"{SYNC}/signals", line.server.provider.signals(names))
        for _ in range(100):
            await quick.moment()
        took.append(await one_round(line, quick, f"{name}{number}"))
    return took


async def streams_of(line: Line) -> float:
    """How many streams are open, by the server's own gauge."""
    _, _, text = await line.ask("GET", "/metrics")
    rows = text.decode().splitlines()
    return float(next(row for row in rows if row.startswith('alpine_open_streams{kind="signals"}')).split()[-1])


async def sockets() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        async with alpine(folder) as ours:
            before = ours.memory_kb()
            async with readers(ours, 5000, "socket") as here, connected(ours) as line:
                each_kb = (ours.memory_kb() - before) / 5000
                start = ours.cpu_seconds()
                took = [await one_round(line, here, f"s{number}") for number in range(ROUNDS)]
                cpu_us = (ours.cpu_seconds() - start) / ROUNDS / 5000 * 1e6
    print(f"push, 5000 WebSockets, {ROUNDS} events")
    missed = show("POST to the last reader, median", statistics.median(took), SOCKET_LIMIT_MS, "ms")
    show("POST to the last reader, worst", max(took), None, "ms")
    show("server CPU a delivery", cpu_us, None, "us")
    show("server memory a reader", each_kb, None, "KB")
    return missed


async def ingest() -> bool:
    with tempfile.TemporaryDirectory(dir=ROOT) as folder:
        async with alpine(folder) as ours, bare() as floor, connected(ours) as line, connected(floor) as to_floor:
            print("ingest over HTTP")
            missed = await singles(folder, ours, floor, line, to_floor)
            provider = ours.provider
            paced = await at_rate([line], lambda n: ("POST", f"{SYNC}/signal", provider.signal(f"paced-{n}")), 50, 500)
            missed |= show("one signal at 50/s, p99", percentile(paced, 99), 20.0, "ms")
            rates = []
            for number in range(5):
                body = provider.signals([f"batch-{number}-{place}" for place in range(1000)])
                took = await timed(post(line, f"{SYNC}/signals", body))
                rates.append(1_000_000 / took)
            show("signals a second in batches of 1,000 (limit: at least 2,000)", statistics.median(rates), None, "/s")
    return missed or statistics.median(rates) < 2000


async def singles(folder: str, ours: Server, floor: Server, line: Line, to_floor: Line) -> bool:
    commit = Commit(f"{folder}/floor.db")
    took, bare_took, commits = [], [], []
    cpu, bare_cpu = ours.cpu_seconds(), floor.cpu_seconds()
    for number in range(500):
        body = line.server.provider.signal(f"one-{number}")
        took.append(await timed(post(line, f"{SYNC}/signal", body)))
        bare_took.append(await timed(post(to_floor, f"{SYNC}/signal", body)))
        commits.append(commit.take(body))
    cpu, bare_cpu = (ours.cpu_seconds() - cpu) * 2000, (floor.cpu_seconds() - bare_cpu) * 2000
    limit = 2 * statistics.median(bare_took) + statistics.median(commits)
    show("a bare commit of one row, median", statistics.median(commits), None, "ms")
    missed = show(
        "one proven signal, median (limit: 2 x floor + commit)",
        statistics.median(took),
        limit,
        "ms",
        statistics.median(bare_took),
    )
    show("server CPU a signal", cpu / 1000, None, "ms", bare_cpu / 1000)
    return missed


class Commit:
    """One row, durable, with the plain driver."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute("CREATE TABLE floor (body BLOB NOT NULL)")

    def take(self, body: bytes) -> float:
        """Milliseconds."""
        start = time.perf_counter()
        self._connection.execute("INSERT INTO floor VALUES (?)", (body,))
        return (time.perf_counter() - start) * 1000


async def pages() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        async with alpine(folder) as ours, contextlib.AsyncExitStack() as stack:
            async with connected(ours) as line:
                await prefill(line)
            await stack.enter_async_context(readers(ours, 100))
            print(f"pages, {PREFILLED} signals, {len(SYMBOLS)} x {BARS} bars, 50/s beside 5 signals/s to 100 readers")
            missed = False
            for path, limit in (("/dashboard", 20.0), ("/signals", 20.0), ("/", 20.0)):
                async with contextlib.AsyncExitStack() as kept:  # uvicorn closes what is idle for 5 s
                    lines = [await kept.enter_async_context(connected(ours)) for _ in range(8)]
                    missed |= await page_of(path, limit, ours, lines)
    return missed


async def page_of(path: str, limit: float, ours: Server, lines: list[Line]) -> bool:
    publisher, others = lines[0], lines[1:]
    provider, name = ours.provider, path.replace("/", "-")
    publishing = asyncio.create_task(
        at_rate([publisher], lambda n: ("POST", f"{SYNC}/signal", provider.signal(f"live{name}-{n}")), 5, 50)
    )
    took = await at_rate(others, lambda _: ("GET", path, None), 50, 500)
    await publishing
    missed = show(f"GET {path}, p95 (floor: its median)", percentile(took, 95), limit, "ms", statistics.median(took))
    start = ours.cpu_seconds()
    for _ in range(200):
        await others[0].ask("GET", path)
    cpu_ms = (ours.cpu_seconds() - start) * 5
    return show(f"GET {path}, server CPU a request", cpu_ms, 2.0 if path == "/" else None, "ms") or missed


async def prefill(line: Line) -> None:
    provider, names = line.server.provider, [f"old-{number}" for number in range(PREFILLED)]
    symbols = [SYMBOLS[number % 10] for number in range(PREFILLED)]
    await post(line, f"{SYNC}/signals", provider.signals(names, symbol=symbols))
    start = datetime(2026, 1, 1, tzinfo=UTC)
    bars = [
        [f"{start + timedelta(hours=n):%Y-%m-%dT%H:%M:%SZ}", 175.0, 180.0, 170.0, 176.0, 1000.0] for n in range(BARS)
    ]
    series = [{"symbol": symbol, "timeframe": "1h", "bars": bars} for symbol in SYMBOLS]
    await post(
        line,
        f"{SYNC}/marks",
        json.dumps({"origin": "bench", "as_of": "2026-01-02T00:00:00Z", "series": series}).encode(),
    )
    checkpoint, ended = provider.outcomes(names[::3])
    await post(line, f"{SYNC}/checkpoint", checkpoint)
    await post(line, f"{SYNC}/outcomes", ended)


async def timed(act: Awaitable[object]) -> float:
    """Milliseconds of a coroutine that has not begun."""
    start = time.perf_counter()
    await act
    return (time.perf_counter() - start) * 1000


def percentile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]


def show(name: str, value: float, limit: float | None, unit: str, floor: float | None = None) -> bool:
    """Print one figure: ours, floor, ratio, limit. Whether it is over its limit."""
    least = f"{floor:>9.2f}{value / floor:>7.2f}" if floor else " " * 16
    print(
        f"  {name:<62}{value:>9.2f} {unit:<3}{least}" + ("" if limit is None else f"   limit {limit:.2f}"), flush=True
    )
    return limit is not None and value > limit


PARTS: dict[str, Callable[[], Awaitable[bool]]] = {
    "idle": first_reader,
    "ingest": ingest,
    "pages": pages,
    **{f"push{size}": partial(push, size) for size in SIZES},
    "socket": sockets,
    "slow": slow,
}


async def run(names: Sequence[str]) -> int:
    """Print each figure beside its limit; exit status 1 if one is missed."""
    raise_file_limit()
    print(f"  {'':<62}{'ours':>9}    {'floor':>9}{'ratio':>7}")
    return int(any([await PARTS[name]() for name in names or PARTS]))


if __name__ == "__main__":
    sys.exit(asyncio.run(run(sys.argv[1:])))
