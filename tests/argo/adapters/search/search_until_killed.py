"""A program for `test_search_sigkill`: a search on a stored ledger, in this process or in two others."""

from __future__ import annotations

import asyncio
import sys
from functools import partial
from pathlib import Path

from argo_core.adapters.local_processes import LocalProcesses
from argo_core.adapters.sql import Database, SqlTrialLedger
from argo_core.adapters.system_clock import SystemClock
from argo_core.backtest.content_key import ComputedFrom
from argo_core.backtest.optimize import plan_search
from argo_core.model.search import SearchResult
from tests.argo.adapters.search.slow_objective import noted

CONTENT = ComputedFrom(bars={"AAPL": "a" * 64}, strategy="noted", source_hash="", engine="")


async def search_stored(url: str, notes: Path, trials: int, seconds: float) -> SearchResult:
    """The search to its end, or to the process's."""
    database = await Database.open(url)
    try:
        with LocalProcesses(2) as runner:
            run = plan_search(
                "x=0:1000000", content=CONTENT, trials=trials, seed=5, runner=runner, progress=_told,
                ledger=SqlTrialLedger(database, SystemClock()),
            )  # fmt: skip
            return await run.run(partial(noted, notes, seconds))
    finally:
        await database.close()


def _told(done: int, every: int) -> None:
    sys.stdout.write(f"{done}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(search_stored(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])))
