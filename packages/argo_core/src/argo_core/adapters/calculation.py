"""One calculation in a process of its own: whoever waits goes on with other things, and keeps its processor."""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import PIPE
from collections.abc import Mapping, Sequence
from contextlib import suppress

from argo_core.errors import StoreError


async def calculated(
    command: Sequence[str], environment: Mapping[str, str], question: bytes, longest_seconds: float | None = None
) -> bytes:
    """What `command`, run in exactly `environment`, says to `question` on its standard input. Whoever is cancelled
    meanwhile ends it, and so does its time (None: it has all there is). Raises StoreError, one line, where it cannot be
    started, fails or has not ended by then."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command, env=dict(environment), stdin=PIPE, stdout=PIPE, stderr=PIPE, start_new_session=True
        )
    except OSError as error:
        raise StoreError(f"a process to calculate in cannot be started: {error}") from error
    told = False
    try:
        async with asyncio.timeout(longest_seconds):
            answer, words = await process.communicate(question)
        told = True
    except TimeoutError as error:
        raise StoreError(f"a calculation did not end within {longest_seconds:g} s and was stopped") from error
    finally:
        if not told:  # it may be dead already, while one that it started still holds its output
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    if process.returncode != 0:
        said = words.decode("utf-8", "replace").strip().splitlines()
        reason = said[-1][:300] if said else f"ended with status {process.returncode}"
        raise StoreError(f"a calculation failed: {reason}")
    return answer
