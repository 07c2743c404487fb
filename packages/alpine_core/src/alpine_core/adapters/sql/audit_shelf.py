"""Reading the record for the audit: by number alone, so that no changed name hides a row."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, bindparam, literal, select

from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.ledger_tables import OUTCOME_SEALS
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.signal_rows import (
    OUTCOME_COLUMNS,
    OUTCOME_SEAL_COLUMNS,
    SEAL_COLUMNS,
    stored_outcome,
    stored_signal,
    with_seals,
)
from alpine_core.adapters.sql.tables import OUTCOMES, RECORDS, SIGNALS
from alpine_core.errors import StoreError
from alpine_core.model.audit_row import AuditRow, OutcomeRow, SignalRow, StrayRow

_OWNERS = SIGNALS.alias("owners")
_ROWS = Reading(
    select(
        *SIGNALS.c,
        *OUTCOME_COLUMNS,
        *SEAL_COLUMNS,
        *OUTCOME_SEAL_COLUMNS,
        RECORDS.c.cursor.label("place"),
        RECORDS.c.kind,
        RECORDS.c.name,
        RECORDS.c.recorded_at.label("placed_at"),
        OUTCOMES.c.cursor.label("resolved_place"),
        _OWNERS.c.cursor.label("owner"),
    )
    .select_from(
        with_seals(
            RECORDS.outerjoin(SIGNALS, SIGNALS.c.cursor == RECORDS.c.cursor)
            .outerjoin(OUTCOMES, OUTCOMES.c.cursor == RECORDS.c.cursor)
            .outerjoin(_OWNERS, _OWNERS.c.signal_id == OUTCOMES.c.signal_id)
        ).outerjoin(OUTCOME_SEALS, OUTCOME_SEALS.c.cursor == RECORDS.c.cursor)
    )
    .where(RECORDS.c.cursor > bindparam("beyond"))
    .order_by(RECORDS.c.cursor)
    .limit(bindparam("most", type_=Integer))
)
_STRAYS = tuple(
    Reading(
        select(literal(table.name).label("table"), table.c.cursor, table.c.signal_id)
        .select_from(table.outerjoin(RECORDS, RECORDS.c.cursor == table.c.cursor))
        .where(RECORDS.c.cursor.is_(None))
        .order_by(table.c.cursor)
        .limit(bindparam("most", type_=Integer))
    )
    for table in (SIGNALS, OUTCOMES)
)


class SqlAuditShelf:
    """`ports.AuditShelf` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def rows(self, cursor: int, limit: int) -> tuple[AuditRow, ...]:
        found = await self._database.read(_ROWS, beyond=cursor, most=limit)
        return tuple(
            AuditRow(
                cursor=row.place,
                kind=_text(row.kind),
                name=_text(row.name),
                recorded_at=_text(row.placed_at),
                signal=None if row.cursor is None else _signal(row),
                outcome=None if row.resolved_place is None else _outcome(row),
            )
            for row in found
        )

    async def strays(self, limit: int) -> tuple[StrayRow, ...]:
        found = [row for table in _STRAYS for row in await self._database.read(table, most=limit)]
        return tuple(
            StrayRow(table=row.table, cursor=row.cursor, signal_id=_text(row.signal_id)) for row in found[:limit]
        )


def _signal(row: Any) -> SignalRow:
    known = {"signal_id": _text(row.signal_id), "received_at": _text(row.received_at)}
    try:
        return SignalRow(**known, stored=stored_signal(row))
    except StoreError as error:
        return SignalRow(**known, stored=None, problem=str(error.__cause__))


def _outcome(row: Any) -> OutcomeRow:
    known = {"signal_id": _text(row.resolved_id), "recorded_at": _text(row.resolved_at)}
    return OutcomeRow(**known, has_signal=row.owner is not None, outcome=stored_outcome(row))


def _text(value: object) -> str:
    """What should be a text and may have become anything."""
    return value if isinstance(value, str) else ascii(value)
