"""The writer's side of the provable log on a SQL database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.decision_days import day_root, days_between
from argo_core.adapters.sql.due_trades import DueTrades
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.ledger_rows import LedgerRows
from argo_core.adapters.sql.ledger_tables import LOG_FACT, LOG_HASH, LOG_LEAF, REVEAL_LOG, SIGNAL_SEAL
from argo_core.adapters.sql.records import message_rows
from argo_core.adapters.sql.restored_statements import RestoredStatements
from argo_core.adapters.sql.sealed_rows import FIELD_COLUMNS, SEAL_COLUMNS, fact_of, fields_of, seal_of
from argo_core.adapters.sql.sqlite_writer import Positions
from argo_core.adapters.sql.tables import OUTBOX, OUTCOME_LOG, SIGNAL_LOG
from argo_core.errors import StoreError
from argo_core.ledger.stored_hashes import nodes_of, stored_position
from argo_core.model.cycle import OutboxMessage
from argo_core.model.instant import from_text
from argo_core.model.ledger import DayRoot, DueTrade, LedgerBatch, LedgerState, LogHead, Unresolved
from argo_core.model.restored import Restored
from argo_core.ports.ledger_store import NOTHING_RESTORED

_ENDS = """SELECT (SELECT coalesce(max(idx), -1) + 1 FROM log_leaf), (SELECT coalesce(max(position), 0) FROM outbox),
  (SELECT coalesce(max(id), 0) FROM signal_log), (SELECT coalesce(max(id), 0) FROM outcome_log)"""


class SqlLedgerStore:
    """`ports.LedgerStore` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows = LedgerRows(database)
        self._restored = RestoredStatements(database)
        self._outbox_sql = database.insert_sql(OUTBOX)
        self._due = DueTrades(database)

    async def load(self) -> LedgerState:
        """The end of the log, what is unresolved, and the facts, all of one moment. Raises StoreError."""
        with store_errors("reading the ledger's end"):
            async with self._database.reading() as connection:
                facts = tuple(fact_of(row) for row in await connection.execute(select(LOG_FACT).order_by("leaf_index")))
                head = await _head(connection)
                unresolved = [_unresolved(row) for row in await connection.execute(_select_unresolved())]
        return LedgerState(head=head, unresolved={one.seal.signal_id: one for one in unresolved}, facts=facts)

    async def append(
        self, batch: LedgerBatch, outbox: Sequence[OutboxMessage] = (), restored: Restored = NOTHING_RESTORED
    ) -> None:
        """Store a batch that belongs to no cycle, after the rows that came back with it. Raises StoreError."""

        def plan(found: Positions) -> list[tuple[str, Sequence[tuple[object, ...]]]]:
            if found[0] != batch.start:
                raise StoreError(f"the ledger has {found[0]} entries and not {batch.start}: load it again")
            messages = message_rows(outbox, batch.signed_at, found[1])
            ended = [one.outcome for one in restored.outcomes]
            statements = [
                *self._restored.of(restored, found[2], found[3]),
                *self._rows.of(batch),
                *self._rows.of_outcomes(ended, batch),
                (self._outbox_sql, messages),
            ]
            return [(statement, rows) for statement, rows in statements if rows]

        with store_errors("appending to the ledger"):
            # line of no return: entries and signed note become durable together. A crash inside leaves the log as it
            # was; from the commit on the note stands, and whoever starts next goes on from it.
            await self._database.append(_ENDS, plan)

    async def days(self, before: str) -> tuple[DayRoot, ...]:
        """Every finished day without an entry over its decisions, oldest first. Raises StoreError."""
        with store_errors("reading the decisions of a day"):
            async with self._database.reading() as connection:
                newest = select(func.max(LOG_FACT.c.subject)).where(LOG_FACT.c.kind == "decisions")
                known = await connection.scalar(newest)
                days = await days_between(connection, known, before)
                return tuple([await day_root(connection, day) for day in days])

    async def trades_due(self, limit: int) -> tuple[DueTrade, ...]:
        """The oldest trades that no batch has named, of signals that are no secret. Raises StoreError."""
        return await self._due.oldest(limit)

    async def unsealed(self) -> Mapping[str, tuple[str, ...]]:
        """By scheme, the hashes that no `legacy` entry covers. Raises StoreError."""
        sealed = SIGNAL_LOG.outerjoin(SIGNAL_SEAL, SIGNAL_SEAL.c.signal_id == SIGNAL_LOG.c.signal_id)
        bare = (
            select(SIGNAL_LOG.c.scheme, SIGNAL_LOG.c.verification_hash)
            .select_from(sealed)
            .where(SIGNAL_SEAL.c.signal_id.is_(None))
            .order_by(SIGNAL_LOG.c.id)
        )
        legacy = select(LOG_FACT.c.subject, LOG_FACT.c.count).where(LOG_FACT.c.kind == "legacy")
        with store_errors("reading the signals without a seal"):
            async with self._database.reading() as connection:
                covered = Counter[str]()
                for scheme, count in await connection.execute(legacy):
                    covered[scheme] += count
                by_scheme: dict[str, list[str]] = {}
                for scheme, digest in await connection.execute(bare):
                    by_scheme.setdefault(scheme, []).append(digest)
        return {
            scheme: tuple(digests[covered[scheme] :])
            for scheme, digests in by_scheme.items()
            if len(digests) > covered[scheme]
        }


async def _head(connection: AsyncConnection) -> LogHead:
    size = int(await connection.scalar(select(func.coalesce(func.max(LOG_LEAF.c.idx), -1) + 1)) or 0)
    places = [stored_position(level, n) for level, n in nodes_of(0, size)]
    found = await connection.execute(select(LOG_HASH.c.pos, LOG_HASH.c.h).where(LOG_HASH.c.pos.in_(places)))
    hashes = {pos: bytes(value) for pos, value in found}
    if len(hashes) != len(places):
        raise StoreError("the ledger's stored hashes have a gap at its end: run: argo ledger recover")
    last = await connection.scalar(select(LOG_LEAF.c.entry).where(LOG_LEAF.c.idx == size - 1))
    return LogHead(
        size=size,
        edge=tuple(hashes[place] for place in places),
        at=None if last is None else _entry_at(bytes(last)),
        next_seq=await _next_seq(connection),
    )


async def _next_seq(connection: AsyncConnection) -> dict[str, int]:
    """By stream. From the seals; signals that were recovered have none, so entries behind the last seal are read."""
    seal = SIGNAL_SEAL.c
    streams = await connection.execute(select(seal.stream, func.max(seal.seq) + 1).group_by(seal.stream))
    following = {stream: int(count) for stream, count in streams}
    last = await connection.scalar(select(func.coalesce(func.max(seal.leaf_index), -1)))
    for (entry,) in await connection.execute(select(LOG_LEAF.c.entry).where(LOG_LEAF.c.idx > last)):
        members = msgspec.json.decode(bytes(entry))
        if members["kind"] == "signal":
            stream, seq = members["stream"], members["seq"]
            following[stream] = max(following.get(stream, 0), seq + 1)
    return following


def _entry_at(entry: bytes) -> datetime:
    at: str = msgspec.json.decode(entry)["at"]
    return from_text(at)


def _select_unresolved() -> Select[Any]:
    seal, signal, reveal, outcome = SIGNAL_SEAL.c, SIGNAL_LOG.c, REVEAL_LOG.c, OUTCOME_LOG.c
    joined = (
        SIGNAL_SEAL.join(SIGNAL_LOG, signal.signal_id == seal.signal_id)
        .outerjoin(REVEAL_LOG, reveal.signal_id == seal.signal_id)
        .outerjoin(OUTCOME_LOG, outcome.signal_id == seal.signal_id)
    )
    return (
        select(*SEAL_COLUMNS, *FIELD_COLUMNS, reveal.leaf_index.is_not(None).label("revealed"))
        .select_from(joined)
        .where(or_(reveal.signal_id.is_(None), outcome.signal_id.is_(None)))
        .order_by(seal.leaf_index)
    )


def _unresolved(row: Row[Any]) -> Unresolved:
    return Unresolved(seal=seal_of(row), fields=fields_of(row), revealed=bool(row.revealed))
