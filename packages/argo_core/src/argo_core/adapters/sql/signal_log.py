"""The signal log on a SQL database: one cycle, one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy.exc import DBAPIError

from argo_core.adapters.sql import records
from argo_core.adapters.sql.created_at import created_text
from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.finite import require_finite
from argo_core.adapters.sql.ledger_rows import LedgerRows
from argo_core.adapters.sql.shown_bars import newest_shown
from argo_core.adapters.sql.signal_rows import logged_signal, select_signals
from argo_core.adapters.sql.sqlite_writer import Positions
from argo_core.adapters.sql.stored_keys import first_known
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
        self._cycle_sql = database.insert_sql(CYCLE_LOG)
        self._signal_sql = database.insert_sql(SIGNAL_LOG)
        self._outcome_sql = database.insert_sql(OUTCOME_LOG)
        self._decision_sql = database.insert_sql(DECISION_LOG)
        self._outbox_sql = database.insert_sql(OUTBOX)
        self._ledger = LedgerRows(database)

    async def append(self, cycle: CycleRecord) -> AppendReceipt:
        """Store the cycle whole, or not at all. Raises StoreError."""
        require_finite(cycle)
        with store_errors(f"appending cycle {cycle.cycle_id}"):
            try:
                # line of no return: signals, entries and signed note become durable together, before anybody sees one.
                # A crash inside this call, wherever, leaves the log as it was: the signals were never issued.
                last = await self._database.append(_LAST, partial(self._statements, cycle))
                # The commit is on the disk. A crash from here on loses nothing: the caller learns by loading, and the
                # outbox rows wait for whoever delivers next.
            except (DBAPIError, sqlite3.Error) as error:
                async with self._database.reading() as connection:
                    known = await first_known(connection, cycle)
                if known is None:
                    raise
                raise StoreError(f"{known} is stored already: nothing of cycle {cycle.cycle_id} was added") from error
        first = last[1] + 1
        return AppendReceipt(cycle_id=cycle.cycle_id, indices=tuple(range(first, first + len(cycle.signals))))

    async def open_signals(self) -> tuple[LoggedSignal, ...]:
        """Every signal without an outcome, oldest first. Raises StoreError."""
        unresolved = select_signals().where(OUTCOME_LOG.c.id.is_(None)).order_by(SIGNAL_LOG.c.id)
        with store_errors("reading the open signals"):
            async with self._database.reading() as connection:
                rows = (await connection.execute(unresolved)).all()
        return tuple(logged_signal(row) for row in rows)

    async def marked(self, since: datetime) -> Mapping[str, datetime]:
        """By symbol the start of the newest bar that was sent from `since` on. Raises StoreError."""
        with store_errors("reading which bars were sent"):
            async with self._database.reading() as connection:
                return await newest_shown(connection, created_text(since))

    def _statements(self, cycle: CycleRecord, last: Positions) -> list[tuple[str, Sequence[records.Row]]]:
        """Every row of the cycle, what is referred to before what refers."""
        families: list[tuple[str, Sequence[records.Row]]] = [
            (self._cycle_sql, [records.cycle_row(cycle, last[0] + 1)]),
            (self._signal_sql, records.signal_rows(cycle, last[1])),
            (self._outcome_sql, records.outcome_rows(cycle, last[2])),
            (self._decision_sql, records.decision_rows(cycle, last[3])),
            (self._outbox_sql, records.outbox_rows(cycle, last[4])),
            *([] if cycle.ledger is None else self._ledger.of(cycle.ledger)),
            *self._ledger.of_outcomes(cycle.outcomes, cycle.ledger),
        ]
        return [(statement, rows) for statement, rows in families if rows]
