"""Copies of logs on a SQL database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, Text, bindparam, select

from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.ledger_tables import (
    COSIGNATURES,
    LOG_ENTRIES,
    LOG_HASHES,
    LOG_ORIGINS,
    LOG_SIGNALS,
    REVEALS,
    WITNESSED_CHECKPOINTS,
)
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.signal_rows import aware
from alpine_core.adapters.sql.statements import insert_into
from alpine_core.adapters.sql.transaction import Answers, Plan, Question, Row, Statement
from alpine_core.adapters.sql.witness_plan import WitnessChanges, witness_questions
from alpine_core.adapters.sql.witness_store import kept_hashes
from alpine_core.errors import WitnessMoved
from alpine_core.model.witness import Advance, Cosignature, KeptCheckpoint, MirrorStep
from alpine_core.verify.merkle import leaf_hash
from alpine_core.verify.stored_hashes import stored_count
from alpine_core.wire.moments import write_moment

_REVEALED = """SELECT r.of_leaf FROM reveals r JOIN log_origins o ON o.log = r.log
WHERE o.origin = ? AND r.of_leaf {names}"""
_ENTRIES = Reading(
    select(LOG_ENTRIES.c.entry)
    .select_from(LOG_ENTRIES.join(LOG_ORIGINS, LOG_ORIGINS.c.log == LOG_ENTRIES.c.log))
    .where(LOG_ORIGINS.c.origin == bindparam("wanted", type_=Text))
    .where(LOG_ENTRIES.c.place >= bindparam("start", type_=BigInteger))
    .order_by(LOG_ENTRIES.c.place)
    .limit(bindparam("most", type_=Integer))
)
KEPT = (
    select(
        WITNESSED_CHECKPOINTS.c.size,
        WITNESSED_CHECKPOINTS.c.root,
        WITNESSED_CHECKPOINTS.c.note,
        WITNESSED_CHECKPOINTS.c.received_at,
    )
    .select_from(WITNESSED_CHECKPOINTS.join(LOG_ORIGINS, LOG_ORIGINS.c.log == WITNESSED_CHECKPOINTS.c.log))
    .where(LOG_ORIGINS.c.origin == bindparam("wanted", type_=Text))
)
"""Every kept checkpoint of the origin `wanted`."""

_CHECKPOINT = Reading(KEPT.order_by(WITNESSED_CHECKPOINTS.c.size.desc()).limit(1))
_CHECKPOINT_OF = Reading(KEPT.where(WITNESSED_CHECKPOINTS.c.size == bindparam("size", type_=BigInteger)))
_MOST_COSIGNATURES = 20
_COSIGNED = (
    select(COSIGNATURES.c.name, COSIGNATURES.c.vkey, COSIGNATURES.c.time, COSIGNATURES.c.line)
    .select_from(COSIGNATURES.join(LOG_ORIGINS, LOG_ORIGINS.c.log == COSIGNATURES.c.log))
    .where(LOG_ORIGINS.c.origin == bindparam("wanted", type_=Text))
    .where(COSIGNATURES.c.size == bindparam("size", type_=BigInteger))
    .limit(_MOST_COSIGNATURES)
)
# The newest tell how fresh the checkpoint is, the oldest since when it is known.
_COSIGNED_LAST = Reading(_COSIGNED.order_by(COSIGNATURES.c.time.desc(), COSIGNATURES.c.vkey))
_COSIGNED_FIRST = Reading(_COSIGNED.order_by(COSIGNATURES.c.time, COSIGNATURES.c.vkey))


class SqlLogMirror:
    """`ports.LogMirror` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, step: MirrorStep, advance: Advance, at: datetime) -> None:
        revealed = Question(_REVEALED, (advance.origin, [of for of, _ in step.reveals]))

        def plan(answers: Answers) -> Plan:
            changes = WitnessChanges([advance.origin], [advance], answers[:-1], at)
            place = changes.places[advance.origin]
            if place.mirrored != step.start or place.halted:
                raise WitnessMoved("the mirror stands elsewhere than it did: read its state and decide again")
            known = {row[0] for row in answers[-1]}
            return Plan([*changes.statements(), *_statements(place.log, step, known, at)], None)

        asked = [*witness_questions([advance.origin], [advance]), revealed]
        await self._database.transact("mirroring entries", asked, plan)

    async def entries(self, origin: str, start: int, limit: int) -> tuple[str, ...]:
        rows = await self._database.read(_ENTRIES, wanted=origin, start=start, most=limit)
        return tuple(bytes(row.entry).decode() for row in rows)

    async def hashes(self, origin: str, positions: Sequence[int]) -> Mapping[int, bytes]:
        return await kept_hashes(self._database, origin, tuple(positions))

    async def checkpoint(self, origin: str, size: int | None = None) -> KeptCheckpoint | None:
        if size is None:
            rows = await self._database.read(_CHECKPOINT, wanted=origin)
        else:
            rows = await self._database.read(_CHECKPOINT_OF, wanted=origin, size=size)
        return await kept_checkpoint(self._database, origin, rows[0]) if rows else None


async def kept_checkpoint(database: Database, origin: str, row: Any) -> KeptCheckpoint:
    """The checkpoint of a row, with its cosignatures. Raises StoreError."""
    known = {"wanted": origin, "size": row.size}
    cosigned = [*await database.read(_COSIGNED_LAST, **known)]
    if len(cosigned) == _MOST_COSIGNATURES:
        cosigned += await database.read(_COSIGNED_FIRST, **known)
    signatures = {Cosignature(one.name, one.vkey, one.time, one.line) for one in cosigned}
    return KeptCheckpoint(
        origin=origin,
        size=row.size,
        root=bytes(row.root),
        note=row.note,
        received_at=aware(row.received_at),
        cosignatures=tuple(sorted(signatures, key=lambda one: (-one.time, one.vkey))),
    )


def _statements(log: int, step: MirrorStep, known: set[int], at: datetime) -> list[Statement]:
    entries = [text.encode() for text in step.entries]
    first = stored_count(step.start)
    signals: list[Row] = [
        (log, one.leaf_index, one.stream, one.seq, one.at, one.reveal_by, one.commit) for one in step.signals
    ]
    reveals: list[Row] = [(log, of, index, write_moment(at)) for of, index in step.reveals if of not in known]
    return [
        Statement(
            insert_into(LOG_ENTRIES),
            [(log, place, entry, leaf_hash(entry)) for place, entry in enumerate(entries, step.start)],
        ),
        Statement(insert_into(LOG_HASHES), [(log, place, one) for place, one in enumerate(step.hashes, first)]),
        Statement(insert_into(LOG_SIGNALS), signals),
        Statement(insert_into(REVEALS), reveals),
    ]
