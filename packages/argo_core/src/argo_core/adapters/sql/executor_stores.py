"""Everything that an executor remembers by, in one database."""

from __future__ import annotations

from argo_core.adapters.sql.bar_window import SqlBarWindow
from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.execution_journal import SqlExecutionJournal
from argo_core.adapters.sql.halt_log import SqlHaltLog
from argo_core.adapters.sql.signal_inbox import SqlSignalInbox
from argo_core.adapters.sql.watch_log import SqlWatchLog
from argo_core.pipeline.execution_ports import ExecutorStores
from argo_core.ports.clock import Clock


def executor_stores(database: Database, clock: Clock) -> ExecutorStores:
    """The stores of one executor, which owns the database alone."""
    halts = SqlHaltLog(database)
    return ExecutorStores(
        inbox=SqlSignalInbox(database),
        journal=SqlExecutionJournal(database, clock),
        halts=halts,
        flattens=halts,
        watch=SqlWatchLog(database),
        window=SqlBarWindow(database),
    )
