"""A program for `test_sigkill`: appends cycles for ever, and prints each cycle's name once its append has returned."""

from __future__ import annotations

import asyncio
import sys

from argo_core.adapters.sql import Database, SqlDecisionReader, SqlSignalLog
from argo_core.testing.sample_cycles import published_cycle

SYMBOLS = ("AAPL", "NVDA", "TSLA", "MSFT", "BTC-USD", "ETH-USD")


async def append_for_ever(url: str) -> None:
    """Continue after the newest stored cycle."""
    database = await Database.open(url)
    newest = await SqlDecisionReader(database).cycles(1)
    number = int(newest[0].cycle_id.removeprefix("c")) if newest else 0
    log = SqlSignalLog(database)
    sys.stdout.write("ready\n")
    while True:
        number += 1
        await log.append(published_cycle(f"c{number}", SYMBOLS))
        sys.stdout.write(f"c{number}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(append_for_ever(sys.argv[1]))
