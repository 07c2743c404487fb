"""Memory that was freed goes back to the system, which the C library does not see to by itself."""

from __future__ import annotations

import asyncio
import ctypes
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

INTERVAL_SECONDS = 60.0
M_ARENA_MAX, ARENAS = -8, 2
"""The GNU C library's number of the option, and how many arenas are enough for threads that mostly wait for Python's
lock."""


def keep_few_arenas() -> bool:
    """Let all threads share two of the C library's arenas, and say whether it does. Each thread gets one of its own
    otherwise, and what it freed there serves no other: a peak in every thread stays with the process. To be called at a
    process's start; arenas that threads have already stay. On a C library other than GNU's nothing is done."""
    choose = getattr(ctypes.CDLL(None), "mallopt", None)
    return choose is not None and bool(choose(M_ARENA_MAX, ARENAS))


def give_back() -> bool:
    """Whether any went back. A vendor's history comes once, of tens of megabytes in many pieces, and what it took stays
    with the process for good otherwise. Of 500 MB it took 50 to 90 ms to give back 160 to 290, and 23 where nothing was
    left; threads that allocate may wait meanwhile. Call it from a thread. On a C library other than GNU's nothing is
    done."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return trim is not None and bool(trim(0))


@asynccontextmanager
async def giving_back(every_seconds: float = INTERVAL_SECONDS) -> AsyncIterator[None]:
    """At each interval until the context ends, beside whatever else runs."""

    async def forever() -> None:
        while True:
            await asyncio.sleep(every_seconds)
            await asyncio.to_thread(give_back)

    task = asyncio.create_task(forever(), name="freed memory")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
