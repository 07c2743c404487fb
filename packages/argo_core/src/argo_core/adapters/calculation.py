"""One calculation in a process of its own: whoever waits goes on with other things, and keeps its processor."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import PIPE
from collections.abc import Mapping, Sequence

from argo_core.errors import StoreError


async def calculated(command: Sequence[str], environment: Mapping[str, str], question: bytes) -> bytes:
    """What `command`, run in exactly `environment`, says to `question` on its standard input. Whoever is cancelled
    meanwhile ends it. Raises StoreError, one line, where it cannot be started or fails."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command, env=dict(environment), stdin=PIPE, stdout=PIPE, stderr=PIPE, start_new_session=True
        )
    except OSError as error:
        raise StoreError(f"a process to calculate in cannot be started: {error}") from error
    try:
        answer, words = await process.communicate(question)
    except asyncio.CancelledError:
        if process.returncode is None:
            process.kill()
            await process.wait()
        raise
    if process.returncode != 0:
        said = words.decode("utf-8", "replace").strip().splitlines()
        reason = said[-1][:300] if said else f"ended with status {process.returncode}"
        raise StoreError(f"a calculation failed: {reason}")
    return answer
