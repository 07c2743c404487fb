"""What was seen of logs, on a SQL database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Text, bindparam, literal_column, select

from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.ledger_tables import LOG_HASHES, LOG_ORIGINS, WITNESSED_CHECKPOINTS
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.signal_rows import aware
from alpine_core.adapters.sql.transaction import Answers, Plan
from alpine_core.adapters.sql.witness_plan import HALTED, MIRRORED, WitnessChanges, witness_questions
from alpine_core.model.witness import Advance, WitnessState
from alpine_core.verify.merkle import EMPTY_ROOT
from alpine_core.verify.stored_hashes import root_plan

_STATE = Reading(
    select(
        LOG_ORIGINS.c.origin,
        LOG_ORIGINS.c.first_seen_at,
        WITNESSED_CHECKPOINTS.c.size,
        WITNESSED_CHECKPOINTS.c.root,
        WITNESSED_CHECKPOINTS.c.note,
        literal_column(MIRRORED, BigInteger()).label("mirrored"),
        literal_column(HALTED).label("halted"),
    )
    .select_from(LOG_ORIGINS.join(WITNESSED_CHECKPOINTS, WITNESSED_CHECKPOINTS.c.log == LOG_ORIGINS.c.log))
    .where(LOG_ORIGINS.c.origin == bindparam("wanted"))
    .order_by(WITNESSED_CHECKPOINTS.c.size.desc())
    .limit(1)
)
_ORIGINS = Reading(select(LOG_ORIGINS.c.origin).order_by(LOG_ORIGINS.c.log))
_ROOT = Reading(
    select(WITNESSED_CHECKPOINTS.c.root)
    .select_from(WITNESSED_CHECKPOINTS.join(LOG_ORIGINS, LOG_ORIGINS.c.log == WITNESSED_CHECKPOINTS.c.log))
    .where(LOG_ORIGINS.c.origin == bindparam("wanted", type_=Text))
    .where(WITNESSED_CHECKPOINTS.c.size == bindparam("size", type_=BigInteger))
)
_HASH = Reading(
    select(LOG_HASHES.c.place, LOG_HASHES.c.hash)
    .select_from(LOG_HASHES.join(LOG_ORIGINS, LOG_ORIGINS.c.log == LOG_HASHES.c.log))
    .where(LOG_ORIGINS.c.origin == bindparam("wanted", type_=Text))
    .where(LOG_HASHES.c.place == bindparam("place", type_=BigInteger))
)


class SqlWitnessStore:
    """`ports.WitnessStore` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def state(self, origin: str) -> WitnessState | None:
        rows = await self._database.read(_STATE, wanted=origin)
        if not rows:
            return None
        return WitnessState(
            origin=rows[0].origin,
            size=rows[0].size,
            root=bytes(rows[0].root),
            note=rows[0].note,
            mirrored=rows[0].mirrored,
            halted=bool(rows[0].halted),
            first_seen_at=aware(rows[0].first_seen_at),
        )

    async def origins(self) -> tuple[str, ...]:
        return tuple(row.origin for row in await self._database.read(_ORIGINS))

    async def advance(self, advance: Advance, at: datetime) -> None:
        def plan(answers: Answers) -> Plan:
            return Plan(WitnessChanges([advance.origin], [advance], answers, at).statements(), None)

        await self._database.transact("keeping a checkpoint", witness_questions([advance.origin], [advance]), plan)

    async def root_at(self, origin: str, size: int) -> bytes | None:
        rows = await self._database.read(_ROOT, wanted=origin, size=size)
        if rows:
            return bytes(rows[0].root)
        wanted = root_plan(size)
        if not size:
            return EMPTY_ROOT
        kept = await kept_hashes(self._database, origin, wanted.positions)
        return wanted.build(kept)[0] if len(kept) == len(wanted.positions) else None


async def kept_hashes(database: Database, origin: str, positions: tuple[int, ...]) -> dict[int, bytes]:
    """The mirror's hashes at these positions; what is not there is left out. Raises StoreError."""
    found = await database.read_each(_HASH, [{"wanted": origin, "place": place} for place in positions])
    return {row.place: bytes(row.hash) for rows in found for row in rows}
