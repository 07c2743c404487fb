"""Rows that came back with entries of the log, as statements that store them."""

from __future__ import annotations

from argo_core.adapters.sql.created_at import created_text
from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.ledger_rows import Statement
from argo_core.adapters.sql.records import outcome_row, signal_row
from argo_core.adapters.sql.tables import OUTCOME_LOG, SIGNAL_LOG
from argo_core.model.restored import Restored


class RestoredStatements:
    """To be run before those of the batch, whose seals and outcomes refer to these rows."""

    def __init__(self, database: Database) -> None:
        self._signal_sql = database.insert_sql(SIGNAL_LOG)
        self._outcome_sql = database.insert_sql(OUTCOME_LOG)

    def of(self, restored: Restored, last_signal: int, last_outcome: int) -> list[Statement]:
        """`created_at` is when the row was first logged, as it was in the database that is lost."""
        signals = [
            signal_row(position, one.sealed, None, created_text(one.logged_at))
            for position, one in enumerate(restored.signals, last_signal + 1)
        ]
        outcomes = [
            outcome_row(position, one.outcome, created_text(one.logged_at))
            for position, one in enumerate(restored.outcomes, last_outcome + 1)
        ]
        return [(self._signal_sql, signals), (self._outcome_sql, outcomes)]
