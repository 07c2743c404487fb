"""A process that takes signals in, single and in batches, and says which it has acknowledged. Killed by its parent."""

from __future__ import annotations

import asyncio
import sys

from alpine_core.adapters.memory_announcer import MemoryAnnouncer
from alpine_core.adapters.sql import Database, SqlSignalStore
from alpine_core.adapters.system_clock import SystemClock
from alpine_core.intake import Intake
from alpine_core.testing.samples import DETAILS, sample_body
from alpine_core.verify import SignalVerifier


async def ingest(url: str, first: int) -> None:
    """From number `first` on, for ever: one alone, then a batch of three; the last acknowledged one is told."""
    database = await Database.open(url)
    intake = Intake(SignalVerifier(), SqlSignalStore(database), MemoryAnnouncer(), SystemClock())
    number = first
    while True:
        await intake.signal(sample_body(f"s{number}", **DETAILS))
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        batch = [sample_body(f"s{number + step}") for step in (1, 2, 3)]
        await intake.signals(b'{"signals":[' + b",".join(batch) + b"]}")
        sys.stdout.write(f"{number + 3}\n")
        sys.stdout.flush()
        number += 4


if __name__ == "__main__":
    asyncio.run(ingest(sys.argv[1], int(sys.argv[2])))
