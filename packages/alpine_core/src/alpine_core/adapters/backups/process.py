"""A command in a process of its own, which ends with whoever waits for it."""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping, Sequence
from contextlib import suppress

from alpine_core.errors import StoreError


async def said_by(
    command: Sequence[str],
    environment: Mapping[str, str],
    what: str = "a backup",
    longest_seconds: float | None = None,
) -> bytes:
    """What it prints. Raises StoreError, one line, where it cannot be started, fails, or is stopped because it has not
    ended in time (None: it has all the time there is); `what` it is, for that line."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command, env=dict(environment), stdin=DEVNULL, stdout=PIPE, stderr=PIPE, start_new_session=True
        )
    except OSError as error:
        raise StoreError(f"the process of {what} cannot be started: {error}") from error
    told = False
    try:
        async with asyncio.timeout(longest_seconds):
            answer, words = await process.communicate()
        told = True
    except TimeoutError as error:
        raise StoreError(f"{what} did not end within {longest_seconds:g} s and was stopped") from error
    finally:
        if not told:  # it may be dead already, while one that it started still holds its output
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    if process.returncode != 0:
        lines = words.decode("utf-8", "replace").strip().splitlines()
        raise StoreError(f"{what} failed: {lines[-1][:300] if lines else f'status {process.returncode}'}")
    return answer
