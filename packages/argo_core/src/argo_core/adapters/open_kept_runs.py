"""Where backtests are counted and kept: the database's ledger of trials, and a folder of results."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

from argo_core.adapters.result_folder import ResultFolder
from argo_core.adapters.sql import Database, SqlTrialLedger
from argo_core.adapters.system_clock import SystemClock
from argo_core.backtest.kept_runs import KeptRuns
from argo_core.errors import NoDatabase


async def open_kept_runs(database_url: str, folder: Path | None, stack: AsyncExitStack) -> KeptRuns:
    """Closed with the stack. Without a database nothing is counted, without a `folder` nothing is kept.

    Raises ConfigError for an address that cannot be used, StoreError for a database of another schema.
    """
    store = None if folder is None else ResultFolder(folder)
    try:
        database = await Database.open(database_url)
    except NoDatabase:
        return KeptRuns(None, store)
    stack.push_async_callback(database.close)
    return KeptRuns(SqlTrialLedger(database, SystemClock()), store)
