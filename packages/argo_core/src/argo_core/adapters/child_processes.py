"""Processes side by side: started together, stopped together."""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import Process
from collections.abc import Callable, Sequence
from pathlib import Path

from argo_core.errors import ConfigError
from argo_core.model.child_process import ChildProcess

PATIENCE_SECONDS = 10.0


async def run_children(children: Sequence[ChildProcess], say: Callable[[str], None]) -> int:
    """Run them until SIGINT or SIGTERM, or until one ends by itself: then the others are stopped too.

    Answers 0 if it was asked to stop and each ended well, else 1. Raises ConfigError where one cannot be started.
    """
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked.set)
    processes: list[Process] = []
    try:
        for child in children:
            processes.append(await _start(child))
            say(f"{child.name}: pid {processes[-1].pid}, {child.address}")
        await _first_end(asked, processes)
        for child, process in zip(children, processes, strict=True):
            if process.returncode is not None and not asked.is_set():
                say(f"{child.name} ended with status {process.returncode}: the others are stopped")
    finally:
        statuses = await asyncio.gather(*map(_stop, processes))
    return 0 if asked.is_set() and not any(statuses) else 1


async def _first_end(asked: asyncio.Event, processes: Sequence[Process]) -> None:
    ends = [asyncio.ensure_future(asked.wait()), *(asyncio.ensure_future(process.wait()) for process in processes)]
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    for end in ends:
        end.cancel()
    await asyncio.gather(*ends, return_exceptions=True)


async def _start(child: ChildProcess) -> Process:
    try:
        _write_private(Path(child.config_path), child.config)
        # A session of its own: Ctrl-C reaches this process, which stops its children in order.
        return await asyncio.create_subprocess_exec(*child.command, env=dict(child.environment), start_new_session=True)
    except OSError as error:
        raise ConfigError(f"{child.name} cannot be started: {error}") from error


async def _stop(process: Process) -> int:
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await process.wait()
    except TimeoutError:
        process.kill()
        return await process.wait()


def _write_private(path: Path, content: bytes) -> None:
    """Readable by its owner only from the first byte on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}")
    partial.touch(mode=0o600)
    partial.write_bytes(content)
    partial.replace(path)
