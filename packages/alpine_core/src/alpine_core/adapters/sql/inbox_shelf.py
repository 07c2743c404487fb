"""Notices as their reader finds them, in a SQL database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, bindparam, func, or_, select

from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.tables import NOTICES
from alpine_core.adapters.sql.transaction import Answers, Plan, Question, Statement
from alpine_core.model.notice import Notice
from alpine_core.model.record import RecordKind
from alpine_core.wire.moments import write_moment

_LAST = 2**63 - 1
_OWN = (NOTICES.c.account_id == bindparam("wanted")) & (NOTICES.c.shown == 1)
_PAGE = Reading(
    select(NOTICES)
    .where(
        _OWN,
        NOTICES.c.number < bindparam("before", type_=BigInteger),
        or_(bindparam("unread", type_=Integer) == 0, NOTICES.c.read_at.is_(None)),
    )
    .order_by(NOTICES.c.number.desc())
    .limit(bindparam("most", type_=Integer))
)
_UNREAD = Reading(select(func.count().label("unread")).select_from(NOTICES).where(_OWN, NOTICES.c.read_at.is_(None)))


class SqlInbox:
    """`ports.InboxShelf` on SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def notices(self, account_id: str, *, unread: bool, before: int | None, limit: int) -> tuple[Notice, ...]:
        below = _LAST if before is None else before
        rows = await self._database.read(_PAGE, wanted=account_id, before=below, unread=int(unread), most=limit)
        return tuple(_notice(row) for row in rows)

    async def unread(self, account_id: str) -> int:
        rows = await self._database.read(_UNREAD, wanted=account_id)
        return int(rows[0].unread)

    async def mark_read(self, account_id: str, numbers: Sequence[int] | None, at: datetime) -> int:
        wanted = None if numbers is None else frozenset(numbers)

        def plan(answers: Answers) -> Plan:
            found = [row[0] for row in answers[0] if wanted is None or row[0] in wanted]
            put = "UPDATE notices SET read_at = ? WHERE account_id = ? AND number = ?"
            return Plan([Statement(put, [(write_moment(at), account_id, number) for number in found])], len(found))

        open_ones = "SELECT number FROM notices WHERE account_id = ? AND shown = 1 AND read_at IS NULL"
        changed: int = await self._database.transact("marking notices", [Question(open_ones, (account_id,))], plan)
        return changed


def _notice(row: Any) -> Notice:
    return Notice(
        number=row.number,
        account_id=row.account_id,
        cursor=row.cursor,
        kind=RecordKind(row.kind),
        created_at=datetime.fromisoformat(row.created_at),
        read_at=None if row.read_at is None else datetime.fromisoformat(row.read_at),
    )
