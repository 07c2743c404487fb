"""The servers that are measured: `alpine serve` in a process of its own, and the floor beside it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from alpine_core.testing.sample_log import SAMPLE_VKEY
from benchmarks.served.members import enrolled
from benchmarks.served.provider import Provider
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
KEY = "b" * 64


@dataclass(frozen=True)
class Server:
    """A running server: where it listens, which process it is, and who delivers to it."""

    port: int
    pid: int
    cookies: Sequence[str] = ()
    provider: Provider = field(default_factory=Provider)

    def cpu_seconds(self) -> float:
        """What its threads have used, to the nanosecond where the kernel counts so."""
        tasks = Path(f"/proc/{self.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text("ascii").split()[0]) for task in tasks) / 1e9

    def memory_kb(self) -> float:
        pages = int(Path(f"/proc/{self.pid}/statm").read_text("ascii").split()[1])
        return pages * resource.getpagesize() / 1024


@asynccontextmanager
async def alpine(folder: str, more: Mapping[str, str] | None = None) -> AsyncIterator[Server]:
    """`alpine serve` with an empty database and readers that are signed in; `more`: further settings."""
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "ALPINE_DATABASE_URL": f"sqlite+aiosqlite:///{folder}/alpine.db",
        "ALPINE_PORT": str(port),
        "ARGO_API_KEY": KEY,
        "ALPINE_INGEST_PER_MINUTE": "10000000",
        "ALPINE_STREAMS_PER_ACCOUNT": "100000",
        "ALPINE_LOG_VKEYS": SAMPLE_VKEY,
        **(more or {}),
    }
    command = (BIN / "alpine", "db", "upgrade")
    created = await asyncio.create_subprocess_exec(*command, env=environment, cwd=folder, stdout=-3)
    await created.wait()
    cookies = await enrolled(environment["ALPINE_DATABASE_URL"])
    async with started([str(BIN / "alpine"), "serve"], port, environment, folder) as server:
        yield replace(server, cookies=cookies)


@asynccontextmanager
async def bare() -> AsyncIterator[Server]:
    """The floor of push and ingest."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.served.bare_app", str(port)]
    async with started(command, port, dict(os.environ), str(ROOT)) as server:
        yield server


@asynccontextmanager
async def started(command: Sequence[str], port: int, environment: dict[str, str], folder: str) -> AsyncIterator[Server]:
    process = await asyncio.create_subprocess_exec(*command, env=environment, cwd=folder, stdout=-3, stderr=-3)
    try:
        async with asyncio.timeout(30):
            while True:
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                    writer.close()
                    break
                await asyncio.sleep(0.05)
        yield Server(port, process.pid)
    finally:
        process.kill()  # not asked to stop: the floor would wait for its readers
        await process.wait()


def raise_file_limit() -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
