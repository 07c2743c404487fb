"""Rows of sealed signals and of facts about the log, read back as values."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from argo_core.adapters.sql.ledger_tables import LOG_FACT, SIGNAL_SEAL
from argo_core.adapters.sql.tables import SIGNAL_LOG
from argo_core.ledger.hashed_fields import HASHED_FIELDS
from argo_core.model.instant import from_text
from argo_core.model.ledger import LogFact, Seal

SEAL_COLUMNS = tuple(column for column in SIGNAL_SEAL.c if column.name != "signal_id")
FIELD_COLUMNS = tuple(SIGNAL_LOG.c[name] for name in HASHED_FIELDS)
"""The nine, `signal_id` among them."""
FACT_COLUMNS = tuple(LOG_FACT.c)


def seal_of(row: Row[Any]) -> Seal:
    """The seal in a row with these columns."""
    return Seal(
        signal_id=row.signal_id,
        leaf_index=row.leaf_index,
        stream=row.stream,
        seq=row.seq,
        commitment=row.commitment,
        salt=bytes(row.salt),
        reveal_by=from_text(row.reveal_by),
    )


def fields_of(row: Row[Any]) -> dict[str, object]:
    """The nine fields in a row with these columns."""
    return {name: getattr(row, name) for name in HASHED_FIELDS}


def fact_of(row: Row[Any]) -> LogFact:
    """The fact in a row with these columns."""
    return LogFact(
        leaf_index=row.leaf_index, kind=row.kind, subject=row.subject, digest=row.digest, count=row._mapping["count"]
    )
