"""The next places in the one sequence of records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alpine_core.adapters.sql.statements import insert_into
from alpine_core.adapters.sql.tables import RECORDS
from alpine_core.adapters.sql.transaction import Question, Row, Statement
from alpine_core.model.record import RecordKind
from alpine_core.wire.moments import write_moment

LAST_RECORD = Question("SELECT cursor, recorded_at FROM records ORDER BY cursor DESC LIMIT 1")
_INSERT = insert_into(RECORDS)


class Places:
    """Hands out cursors within one transaction. Times never decrease along them, even if the clock went back."""

    def __init__(self, last: Sequence[Row], received_at: datetime) -> None:
        newest: str = last[0][1] if last else ""
        self._cursor: int = last[0][0] if last else 0
        self.recorded_at = max(write_moment(received_at), newest)
        self._rows: list[Row] = []

    def take(self, kind: RecordKind, name: str) -> int:
        """The next cursor, for the signal or outcome of this name."""
        self._cursor += 1
        self._rows.append((self._cursor, kind.value, name, self.recorded_at))
        return self._cursor

    def statement(self) -> Statement:
        """The insertion of every place that was taken."""
        return Statement(_INSERT, self._rows)
