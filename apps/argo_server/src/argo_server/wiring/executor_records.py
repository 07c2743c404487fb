"""What an executor has stored, for commands: its process may run or not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from argo_core.adapters.sortable_id import sortable_ids
from argo_core.adapters.sql import Database, SqlExecutorReader, SqlHaltLog
from argo_core.adapters.sql.account_pin import pinned_account
from argo_core.adapters.sql.generator_lock import generator_lock
from argo_core.adapters.system_clock import SystemClock
from argo_core.errors import NoDatabase, StoreError
from argo_core.model.halt import Halt, HaltCode
from argo_core.pipeline.halting import Halting
from argo_core.risk.proposal import SIMULATED
from argo_server.services import ExecutorRecords
from argo_server.settings import ExecutorRole
from argo_server.wiring.venues import simulated_exchange


@asynccontextmanager
async def open_executor_records(role: ExecutorRole) -> AsyncIterator[ExecutorRecords]:
    """For commands that only read. Raises StoreError where the executor has never run."""
    never = f"executor {role.executor_id} has never run here: start it with: argo serve --role executor"
    trading = role.settings.file.trading
    try:
        database = await Database.open(role.settings.database_url)
    except NoDatabase as error:
        raise StoreError(never) from error
    try:
        pin = await pinned_account(database)
        if pin is None:
            raise StoreError(never)
        exchange = simulated_exchange(trading.simulated, database, pin, SystemClock())
        yield ExecutorRecords(
            broker=exchange if trading.mode == SIMULATED else None,
            reader=SqlExecutorReader(database),
            halts=SqlHaltLog(database),
        )
    finally:
        await database.close()


async def halt_stopped_executor(role: ExecutorRole, reason: str, by: str) -> Halt:
    """Record the halt of an executor whose process does not run: its next start finds it, and gets out of everything.

    Raises StoreError where the process runs after all, or where it has never run.
    """
    async with open_executor_records(role) as records, generator_lock(role.settings.database_url, "executor"):
        clock = SystemClock()
        halting = Halting(role.executor_id, records.halts, clock, sortable_ids(clock))
        await halting.load()
        halt = await halting.halt(HaltCode.OPERATOR, reason, by) or halting.standing
        if halt is None:
            raise StoreError(f"executor {role.executor_id} could not be halted: try again")
        return halt
