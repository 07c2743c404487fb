"""Sessions on a SQL database."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select

from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.tables import SESSIONS
from alpine_core.adapters.sql.transaction import Answers, Plan, Question, Statement
from alpine_core.model.account import Session
from alpine_core.wire.moments import write_moment

_BY_HASH = Reading(select(SESSIONS).where(SESSIONS.c.token_hash == bindparam("wanted")))


class SqlSessions:
    """`ports.SessionStore` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, session: Session) -> None:
        row = (
            session.token_hash,
            session.account_id,
            write_moment(session.created_at),
            write_moment(session.expires_at),
        )
        insert = "INSERT INTO sessions (token_hash, account_id, created_at, expires_at) VALUES (?, ?, ?, ?)"
        await self._database.transact("storing a session", [], lambda _none: Plan([Statement(insert, [row])], None))

    async def find(self, token_hash: str) -> Session | None:
        rows = await self._database.read(_BY_HASH, wanted=token_hash)
        if not rows:
            return None
        return Session(
            token_hash=rows[0].token_hash,
            account_id=rows[0].account_id,
            created_at=datetime.fromisoformat(rows[0].created_at),
            expires_at=datetime.fromisoformat(rows[0].expires_at),
        )

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
