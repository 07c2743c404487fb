"""Sessions on a SQL database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.statements import insert_into
from alpine_core.adapters.sql.tables import SESSIONS
from alpine_core.adapters.sql.transaction import Answers, Plan, Question, Statement
from alpine_core.model.account import Session
from alpine_core.wire.moments import write_moment

INSERT_SESSION = insert_into(SESSIONS)
_BY_HASH = Reading(select(SESSIONS).where(SESSIONS.c.token_hash == bindparam("wanted")))


class SqlSessions:
    """`ports.SessionStore` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, session: Session) -> None:
        added = Statement(INSERT_SESSION, [session_row(session)])
        await self._database.transact("storing a session", [], lambda _none: Plan([added], None))

    async def find(self, token_hash: str) -> Session | None:
        rows = await self._database.read(_BY_HASH, wanted=token_hash)
        return read_session(rows[0]) if rows else None

    async def remove(self, token_hash: str) -> None:
        delete = Statement("DELETE FROM sessions WHERE token_hash = ?", [(token_hash,)])
        await self._database.transact("removing a session", [], lambda _none: Plan([delete], None))

    async def remove_expired(self, now: datetime) -> int:
        expired = (write_moment(now),)

        def plan(answers: Answers) -> Plan:
            return Plan([Statement("DELETE FROM sessions WHERE expires_at <= ?", [expired])], answers[0][0][0])

        count = Question("SELECT count(*) FROM sessions WHERE expires_at <= ?", expired)
        removed: int = await self._database.transact("removing expired sessions", [count], plan)
        return removed


def session_row(session: Session) -> tuple[Any, ...]:
    """In the order of the table's columns."""
    return (
        session.token_hash,
        session.account_id,
        write_moment(session.created_at),
        write_moment(session.expires_at),
        write_moment(session.seen_at) if session.seen_at else None,
        session.address,
        session.agent,
    )


def read_session(row: Any) -> Session:
    """What a row of the table says."""
    return Session(
        token_hash=row.token_hash,
        account_id=row.account_id,
        created_at=datetime.fromisoformat(row.created_at),
        expires_at=datetime.fromisoformat(row.expires_at),
        seen_at=datetime.fromisoformat(row.seen_at) if row.seen_at else None,
        address=row.address,
        agent=row.agent,
    )
