"""Counts of failed sign-ins on a SQL database."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.tables import FAILED_SIGN_INS
from alpine_core.adapters.sql.transaction import Answers, Plan, Question, Statement
from alpine_core.ports.failed_sign_ins import Failures
from alpine_core.wire.moments import write_moment

_FORGET_AFTER = timedelta(days=1)
_PUT = (
    "INSERT INTO failed_sign_ins (name, count, last_at) VALUES (?, ?, ?) "
    "ON CONFLICT (name) DO UPDATE SET count = excluded.count, last_at = excluded.last_at"
)
_BY_NAME = Reading(
    select(FAILED_SIGN_INS.c["count"].label("counted"), FAILED_SIGN_INS.c.last_at).where(
        FAILED_SIGN_INS.c.name == bindparam("wanted")
    )
)


class SqlFailedSignIns:
    """`ports.FailedSignIns` on SQLite or PostgreSQL. Each attempt also forgets names of more than a day ago."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, name: str) -> Failures | None:
        rows = await self._database.read(_BY_NAME, wanted=name)
        if not rows:
            return None
        return Failures(count=rows[0].counted, last_at=datetime.fromisoformat(rows[0].last_at))

    async def begin(self, name: str, now: datetime) -> Failures:
        def plan(answers: Answers) -> Plan:
            count = 1 + (answers[0][0][0] if answers[0] else 0)
            old = Statement("DELETE FROM failed_sign_ins WHERE last_at < ?", [(write_moment(now - _FORGET_AFTER),)])
            put = Statement(_PUT, [(name, count, write_moment(now))])
            return Plan([put, old], Failures(count=count, last_at=now))

        before = Question("SELECT count FROM failed_sign_ins WHERE name = ?", (name,))
        counted: Failures = await self._database.transact("counting a sign-in", [before], plan)
        return counted

    async def clear(self, name: str) -> None:
        delete = Statement("DELETE FROM failed_sign_ins WHERE name = ?", [(name,)])
        await self._database.transact("clearing failed sign-ins", [], lambda _none: Plan([delete], None))
