"""Halts, their ends, and how long flattening took, on a SQL database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, select

from argo_core.adapters.sql.append_rows import append_rows
from argo_core.adapters.sql.created_at import created_text
from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.failures import store_errors
from argo_core.adapters.sql.pages import require_limit
from argo_core.adapters.sql.trading_tables import FLATTEN_LOG, HALT_LOG
from argo_core.model.halt import Halt, HaltCode, Resume
from argo_core.model.instant import from_text, to_text
from argo_core.ports.flatten_log import Flattening, FlattenStep

_HALT, _RESUME = "halt", "resume"
_END = HALT_LOG.alias("ended")
_IS_OVER = exists().where(_END.c.halt_id == HALT_LOG.c.halt_id, _END.c.kind == _RESUME)


class SqlHaltLog:
    """`ports.HaltLog` and `ports.FlattenLog` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def halt(self, halt: Halt) -> None:
        """Keep a halt unless its id is known. Raises StoreError."""
        row = {
            "halt_id": halt.halt_id,
            "kind": _HALT,
            "executor_id": halt.executor_id,
            "code": halt.code.value,
            "reason": halt.reason,
            "by": halt.by,
            "at": to_text(halt.at),
            "until": None if halt.until is None else to_text(halt.until),
            "created_at": created_text(halt.at),
        }

        def halt_once(connection: Connection) -> None:
            if not _is_stored(connection, halt.halt_id, _HALT):
                append_rows(connection, HALT_LOG, [row])

        with store_errors(f"storing halt {halt.halt_id}"):
            # A crash before the commit leaves the executor trading, and the caller without an answer: it asks again.
            await self._database.write(halt_once)

    async def resume(self, resume: Resume) -> None:
        """Keep the end of a halt that stands. Raises StoreError."""
        row = {
            "halt_id": resume.halt_id,
            "kind": _RESUME,
            "executor_id": resume.executor_id,
            "code": None,
            "reason": resume.reason,
            "by": resume.by,
            "at": to_text(resume.at),
            "until": None,
            "created_at": created_text(resume.at),
        }

        def resume_once(connection: Connection) -> None:
            halted = _is_stored(connection, resume.halt_id, _HALT)
            if halted and not _is_stored(connection, resume.halt_id, _RESUME):
                append_rows(connection, HALT_LOG, [row])

        with store_errors(f"resuming halt {resume.halt_id}"):
            # A crash before the commit leaves the halt standing.
            await self._database.write(resume_once)

    async def standing(self) -> Halt | None:
        """The newest halt that is not over. Raises StoreError."""
        wanted = select(HALT_LOG).where(HALT_LOG.c.kind == _HALT, ~_IS_OVER).order_by(HALT_LOG.c.id.desc()).limit(1)
        with store_errors("reading the halts"):
            async with self._database.reading() as connection:
                row = (await connection.execute(wanted)).one_or_none()
        return None if row is None else _halt_of(row)

    async def history(self, limit: int) -> tuple[Halt | Resume, ...]:
        """Halts and their ends, newest first. Raises DataError `bad_limit`, StoreError."""
        wanted = select(HALT_LOG).order_by(HALT_LOG.c.id.desc()).limit(require_limit(limit))
        with store_errors("reading the halts"):
            async with self._database.reading() as connection:
                rows = (await connection.execute(wanted)).all()
        return tuple(map(record_of, rows))

    async def step(self, halt_id: str, step: FlattenStep, at: datetime) -> None:
        """Keep a step unless it is known. Raises StoreError."""
        same = select(FLATTEN_LOG.c.id).where(FLATTEN_LOG.c.halt_id == halt_id, FLATTEN_LOG.c.step == step.value)
        row = {"halt_id": halt_id, "step": step.value, "at": to_text(at), "created_at": created_text(at)}

        def step_once(connection: Connection) -> None:
            if connection.scalar(same) is None:
                append_rows(connection, FLATTEN_LOG, [row])

        with store_errors(f"storing a step of halt {halt_id}"):
            # A crash before the commit loses a measurement, not the halt: the step is taken again, at a later time.
            await self._database.write(step_once)

    async def flattening(self, halt_id: str) -> Flattening | None:
        """The steps of a halt, None where it never called. Raises StoreError."""
        found = await self._steps([halt_id])
        return found[0] if found else None

    async def flattenings(self, limit: int) -> tuple[Flattening, ...]:
        """The newest first. Raises DataError `bad_limit`, StoreError."""
        called = (
            select(FLATTEN_LOG.c.halt_id)
            .where(FLATTEN_LOG.c.step == FlattenStep.CALLED.value)
            .order_by(FLATTEN_LOG.c.id.desc())
            .limit(require_limit(limit))
        )
        with store_errors("reading the flattenings"):
            async with self._database.reading() as connection:
                names = list((await connection.scalars(called)).all())
        return await self._steps(names)

    async def _steps(self, halt_ids: list[str]) -> tuple[Flattening, ...]:
        with store_errors("reading the flattenings"):
            async with self._database.reading() as connection:
                rows = (await connection.execute(select(FLATTEN_LOG).where(FLATTEN_LOG.c.halt_id.in_(halt_ids)))).all()
        at = {(row.halt_id, row.step): from_text(row.at) for row in rows}
        return tuple(
            Flattening(
                halt_id=name,
                called_at=at[name, FlattenStep.CALLED.value],
                last_cancelled_at=at.get((name, FlattenStep.CANCELLED.value)),
                flat_at=at.get((name, FlattenStep.FLAT.value)),
            )
            for name in halt_ids
            if (name, FlattenStep.CALLED.value) in at
        )


def record_of(row: Any) -> Halt | Resume:
    """A row of `halt_log` as the record that it is."""
    return _halt_of(row) if row.kind == _HALT else _resume_of(row)


def _is_stored(connection: Connection, halt_id: str, kind: str) -> bool:
    same = select(HALT_LOG.c.id).where(HALT_LOG.c.halt_id == halt_id, HALT_LOG.c.kind == kind)
    return connection.scalar(same) is not None


def _halt_of(row: Any) -> Halt:
    return Halt(
        halt_id=row.halt_id,
        executor_id=row.executor_id,
        code=HaltCode(row.code),
        reason=row.reason,
        by=row.by,
        at=from_text(row.at),
        until=None if row.until is None else from_text(row.until),
    )


def _resume_of(row: Any) -> Resume:
    return Resume(halt_id=row.halt_id, executor_id=row.executor_id, reason=row.reason, by=row.by, at=from_text(row.at))
