"""The signal log on a SQL database: one cycle, one transaction."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from argo_core.adapters.sql import records, stored_keys
from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.finite import require_finite
from argo_core.adapters.sql.signal_rows import logged_signal, select_signals
from argo_core.adapters.sql.tables import CYCLE_LOG, DECISION_LOG, OUTBOX, OUTCOME_LOG, SIGNAL_LOG
from argo_core.errors import StoreError
from argo_core.model.cycle import AppendReceipt, CycleRecord
from argo_core.model.signal import LoggedSignal

_LAST = """SELECT (SELECT coalesce(max(id), 0) FROM cycle_log), (SELECT coalesce(max(id), 0) FROM signal_log),
  (SELECT coalesce(max(id), 0) FROM outcome_log), (SELECT coalesce(max(id), 0) FROM decision_log),
  (SELECT coalesce(max(position), 0) FROM outbox)"""


class SqlSignalLog:
    """`ports.SignalLog` on SQLite or PostgreSQL. `created_at` of what a cycle leaves is its `decided_at`.

    Raises StoreError for a figure that is not finite and for a cycle, signal, decision, outcome or message that is
    stored already; the message names it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._cycle = database.insert(CYCLE_LOG)
        self._signals = database.insert(SIGNAL_LOG)
        self._outcomes = database.insert(OUTCOME_LOG)
        self._decisions = database.insert(DECISION_LOG)
        self._outbox = database.insert(OUTBOX)

    async def append(self, cycle: CycleRecord) -> AppendReceipt:
        """Store the cycle whole, or not at all. Raises StoreError."""
        require_finite(cycle)
        with store_errors(f"appending cycle {cycle.cycle_id}"):
            try:
                # A crash inside this block, wherever, leaves the log as it was: the signals were never issued.
                async with self._database.writing() as connection:
                    first = await self._write(connection, cycle)
                # The commit is on the disk. A crash from here on loses nothing: the caller learns by loading, and the
                # outbox rows wait for whoever delivers next.
            except DBAPIError as error:
                async with self._database.reading() as connection:
                    known = await stored_keys.first_known(connection, cycle)
                if known is None:
                    raise
                raise StoreError(f"{known} is stored already: nothing of cycle {cycle.cycle_id} was added") from error
        return AppendReceipt(cycle_id=cycle.cycle_id, indices=tuple(range(first, first + len(cycle.signals))))

    async def open_signals(self) -> tuple[LoggedSignal, ...]:
        """Every signal without an outcome, oldest first. Raises StoreError."""
        unresolved = select_signals().where(OUTCOME_LOG.c.id.is_(None)).order_by(SIGNAL_LOG.c.id)
        with store_errors("reading the open signals"):
            async with self._database.reading() as connection:
                rows = (await connection.execute(unresolved)).all()
        return tuple(logged_signal(row) for row in rows)

    async def _write(self, connection: AsyncConnection, cycle: CycleRecord) -> int:
        """Write every row of the cycle, what is referred to before what refers; the first signal's index."""
        last: tuple[int, ...] = tuple((await connection.exec_driver_sql(_LAST)).one())
        await self._cycle(connection, [records.cycle_row(cycle, last[0] + 1)])
        await self._signals(connection, records.signal_rows(cycle, last[1]))
        await self._outcomes(connection, records.outcome_rows(cycle, last[2]))
        await self._decisions(connection, records.decision_rows(cycle, last[3]))
        await self._outbox(connection, records.outbox_rows(cycle, last[4]))
        return last[1] + 1
