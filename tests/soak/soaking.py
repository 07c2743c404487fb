"""One soak: set up, run while things fail, settle, judge."""

from __future__ import annotations

import asyncio
import contextlib
import random
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from tests.argo.adapters.redis.redis_server import redis_server
from tests.argo.peers.program import running_peers
from tests.argo.postgres_server import DURABLE_OPTIONS, postgres_cluster
from tests.interop.system import ALPINE, EVERYONE, GENERATOR
from tests.soak.alerts import still_open
from tests.soak.faults import Breaker
from tests.soak.judge import Finding, Run, judge
from tests.soak.memory import Sample, samples, write_down
from tests.soak.receivers import Receivers, receivers
from tests.soak.schedule import ALPINE_WORKER, Fault
from tests.soak.slow_line import SlowLine, slow_line
from tests.soak.system import COINS, TABLES, SoakSystem, Surroundings, mounted

SAMPLE_SECONDS = 5.0
CALM_SECONDS = 480.0
"""So long alerts may take to be over once nothing fails any more, for some rules look at the last minutes, and cycles
to make up for those that faults forbade."""
REST_SECONDS = 60.0
RECOVERY_SECONDS = 3.0
"""From a database that is back to the next cycle: it replays its log, and is connected again."""
AHEAD_SECONDS = 20.0
"""By so much a clock is put ahead: back at the right time, a log whose time goes back is not written for as long."""
DISK_MEGABYTES = 64
MARKET = ("--delay-ms", "60", "--history-days", "60", "--volatility", "0.0036")
"""A minute moves as twenty of the usual ones do: in half an hour the prices go as far as in ten hours."""
Say = Callable[[str], None]


async def soak(
    folder: Path, faults: tuple[Fault, ...], seconds: float, interval_seconds: float, seed: int, say: Say
) -> list[Finding]:
    """What was found. No process and no file system is left afterwards, only the logs in the folder."""
    async with _built(folder, interval_seconds, seed) as (breaker, heard):
        system = breaker.system
        try:
            await asyncio.to_thread(system.start, *EVERYONE)
            say("everybody answers")
            run = await _run(breaker, faults, seconds, interval_seconds, say)
            say(f"nothing fails any more: {run.cycles} cycles")
            await _calm(system, heard, CALM_SECONDS, cycles=seconds / interval_seconds)
            say("settling")
            await asyncio.to_thread(system.settle)
            await _calm(system, heard, REST_SECONDS)
            return await asyncio.to_thread(judge, system, run, heard)
        except AssertionError as failure:
            return [Finding("it came to its end", False, str(failure)[:3000])]
        finally:
            await asyncio.to_thread(system.close)


@asynccontextmanager
async def _built(folder: Path, interval_seconds: float, seed: int) -> AsyncIterator[tuple[Breaker, Receivers]]:
    options = ("--symbols", ",".join(COINS), "--seed", str(seed), *MARKET)
    async with contextlib.AsyncExitStack() as stack:
        peers = stack.enter_context(running_peers(*options))
        cluster = stack.enter_context(postgres_cluster(DURABLE_OPTIONS))
        redis = stack.enter_context(redis_server())
        disk = stack.enter_context(_small_disk(folder))
        heard = await stack.enter_async_context(receivers())
        for table in TABLES.values():
            await _create(cluster.url, table)
        around = Surroundings(peers, cluster.url, redis.url, heard.http.url, heard.mail_port, disk)
        system = await asyncio.to_thread(SoakSystem, folder, around, interval_seconds)
        line: SlowLine = await stack.enter_async_context(slow_line(system.ports[ALPINE]))
        system.line_port = line.port
        yield Breaker(system, cluster, redis, line, random.Random(seed)), heard


async def _run(breaker: Breaker, faults: tuple[Fault, ...], seconds: float, interval_seconds: float, say: Say) -> Run:
    started = time.monotonic()
    kept, gone = list[Sample](), list[str]()
    excused, excused_there = list[tuple[datetime, datetime]](), list[tuple[datetime, datetime]]()
    stopped = 0.0
    watching = asyncio.create_task(_watch(breaker, started, kept, gone, say))
    try:
        for fault in faults:
            await asyncio.sleep(max(0.0, started + fault.at - time.monotonic()))
            say(f"{fault.kind} {fault.target} {fault.detail} for {fault.seconds} s".replace("  ", " "))
            begun = datetime.now(UTC)
            await asyncio.to_thread(breaker.begin, fault)
            await asyncio.sleep(fault.seconds)
            await asyncio.to_thread(breaker.end, fault)
            stopped += _stops(fault, (datetime.now(UTC) - begun).total_seconds())
            if _silences(fault):
                excused.append((begun, datetime.now(UTC)))
            if (fault.kind, fault.target) == ("kill", ALPINE):
                excused_there.append((begun, datetime.now(UTC)))
        await asyncio.sleep(max(0.0, started + seconds - time.monotonic()))
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        write_down(kept, breaker.system.folder / "memory.csv")
    killed = [fault.target for fault in faults if fault.kind == "kill"]
    return Run(
        seconds=seconds,
        interval_seconds=interval_seconds,
        cycles=await asyncio.to_thread(breaker.system.cycles),
        stopped_seconds=stopped,
        kills=killed.count(GENERATOR),
        kills_there=killed.count(ALPINE) + killed.count(ALPINE_WORKER),
        kept=tuple(kept),
        ended_by_itself=tuple(gone),
        excused=tuple(excused),
        excused_there=tuple(excused_there),
    )


def _silences(fault: Fault) -> bool:
    """Whether the one that raises alerts is away itself, cannot keep them, or has a wrong clock."""
    return fault.kind in ("database", "clock") or (fault.kind, fault.target) == ("kill", GENERATOR)


def _stops(fault: Fault, lasted: float) -> float:
    """For how many seconds of a fault, and after it, the generator may run no cycle."""
    match fault.kind, fault.target:
        case "database" | "hang", _:
            return lasted + RECOVERY_SECONDS
        case "kill", "generator":
            return lasted
        case "clock", _:
            return AHEAD_SECONDS if fault.detail.startswith("+") else lasted
        case _:
            return 0.0


async def _watch(breaker: Breaker, started: float, kept: list[Sample], gone: list[str], say: Say) -> None:
    """Memory, and who ended without being killed: it is started again, as a supervisor does it."""
    system = breaker.system
    while True:
        await asyncio.sleep(SAMPLE_SECONDS)
        at = time.monotonic() - started
        kept += samples(system, at)
        for name, process in [*system.running.items()]:
            if process.poll() is not None:
                gone.append(f"{name} after {at:.0f} s")
                say(f"{name} ended by itself: {system.log(name)[-1500:]}")
                await asyncio.to_thread(system.start, name)


async def _calm(system: SoakSystem, heard: Receivers, seconds: float, cycles: float = 0.0) -> None:
    """Until every alert is over and so many cycles ran, or so many seconds have passed."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        left = await asyncio.to_thread(still_open, system)
        over = not left and all(action == "resolve" for action in heard.incidents().values())
        if over and await asyncio.to_thread(system.cycles) >= cycles:
            return
        await asyncio.sleep(2.0)


async def _create(url: str, database: str) -> None:
    place = urlsplit(url)
    connection = await asyncpg.connect(host=place.hostname, port=place.port, user=place.username, database="postgres")
    try:
        await connection.execute(f"CREATE DATABASE {database}")
    finally:
        await connection.close()


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path]:
    disk = folder / "disk"
    disk.mkdir()
    small = mounted(disk, DISK_MEGABYTES)
    if not small:
        raise RuntimeError("a small file system cannot be mounted here: run it as root")
    try:
        yield disk
    finally:
        shutil.copytree(disk, folder / "disk-at-the-end")
        _unmount(disk)


def _unmount(disk: Path) -> None:
    """Also while somebody still has a file open on it."""
    subprocess.run(["umount", "--lazy", disk], check=True)
