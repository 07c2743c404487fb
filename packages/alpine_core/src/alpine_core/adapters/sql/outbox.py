"""The outbox of mails on a SQL database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, Text, bindparam, or_, select

from alpine_core.adapters.secret_box import SecretBox
from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.mail_rows import QUEUE_MAIL, mail_row, read_mail
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.tables import MAILS
from alpine_core.adapters.sql.transaction import Answers, Plan, Question, Statement
from alpine_core.model.mail import Mail, MailState, QueuedMail
from alpine_core.wire.moments import write_moment

_LONGEST_REASON = 300
_BY_ID = Reading(select(MAILS).where(MAILS.c.id == bindparam("wanted", type_=BigInteger)))
_TO = Reading(select(MAILS).where(MAILS.c.recipient == bindparam("wanted", type_=Text)).order_by(MAILS.c.id.desc()))
_STATE = bindparam("state", type_=Text)
_NEWEST = Reading(
    select(MAILS)
    .where(or_(_STATE == "", MAILS.c.state == _STATE))
    .order_by(MAILS.c.id.desc())
    .limit(bindparam("most", type_=Integer))
)
_WAITING = (MAILS.c.state == MailState.WAITING.value) & (MAILS.c.next_at <= bindparam("now", type_=Text))
_DUE = Reading(select(MAILS.c.id).where(_WAITING).order_by(MAILS.c.next_at, MAILS.c.id).limit(1))
_FIRST_DUE = "SELECT id FROM mails WHERE state = 'waiting' AND next_at <= ? ORDER BY next_at, id LIMIT 1"


class SqlOutbox:
    """`ports.Outbox` and `ports.MailShelf` on SQLite or PostgreSQL."""

    def __init__(self, database: Database, box: SecretBox) -> None:
        self._database = database
        self._box = box

    async def queue(self, mail: Mail, at: datetime) -> int:
        last = Question("SELECT coalesce(max(id), 0) FROM mails")
        row = mail_row(self._box, mail, at)

        def plan(answers: Answers) -> Plan:
            return Plan([Statement(QUEUE_MAIL, [row])], answers[0][0][0] + 1)

        number: int = await self._database.transact("queueing a mail", [last], plan)
        return number

    async def claim(self, now: datetime, until: datetime) -> QueuedMail | None:
        # Most of the time nothing waits: then nobody who writes is kept waiting.
        if not await self._database.read(_DUE, now=write_moment(now)):
            return None

        def plan(answers: Answers) -> Plan:
            if not answers[0]:
                return Plan([], None)
            mail_id: int = answers[0][0][0]
            sql = "UPDATE mails SET attempts = attempts + 1, next_at = ? WHERE id = ?"
            return Plan([Statement(sql, [(write_moment(until), mail_id)])], mail_id)

        first = Question(_FIRST_DUE, (write_moment(now),))
        # A crash after this line is an attempt that nobody knows the end of: it is due again at `until`.
        claimed: int | None = await self._database.transact("claiming a mail", [first], plan)
        return None if claimed is None else await self.one(claimed)

    async def sent(self, mail_id: int, at: datetime) -> None:
        sql = "UPDATE mails SET state = 'sent', body = '', next_at = ?, last_error = '' WHERE id = ?"
        await self._change("noting a sent mail", sql, write_moment(at), mail_id)

    async def failed(self, mail_id: int, next_at: datetime | None, reason: str) -> None:
        plain = " ".join(reason.split())[:_LONGEST_REASON]
        if next_at is None:
            sql = "UPDATE mails SET state = 'dead', last_error = ? WHERE id = ?"
            await self._change("noting a dead mail", sql, plain, mail_id)
        else:
            sql = "UPDATE mails SET next_at = ?, last_error = ? WHERE id = ?"
            await self._change("noting a failed mail", sql, write_moment(next_at), plain, mail_id)

    async def mails(self, state: MailState | None, limit: int) -> tuple[QueuedMail, ...]:
        rows = await self._database.read(_NEWEST, state="" if state is None else state.value, most=limit)
        return tuple(read_mail(self._box, row) for row in rows)

    async def to(self, recipient: str) -> tuple[QueuedMail, ...]:
        return tuple(read_mail(self._box, row) for row in await self._database.read(_TO, wanted=recipient))

    async def one(self, mail_id: int) -> QueuedMail | None:
        rows = await self._database.read(_BY_ID, wanted=mail_id)
        return read_mail(self._box, rows[0]) if rows else None

    async def retry(self, mail_id: int, now: datetime) -> bool:
        dead = Question("SELECT 1 FROM mails WHERE id = ? AND state = 'dead'", (mail_id,))
        sql = "UPDATE mails SET state = 'waiting', attempts = 0, next_at = ? WHERE id = ?"

        def plan(answers: Answers) -> Plan:
            known = bool(answers[0])
            return Plan([Statement(sql, [(write_moment(now), mail_id)] if known else [])], known)

        found: bool = await self._database.transact("trying a mail again", [dead], plan)
        return found

    async def remove_sent(self, before: datetime) -> int:
        limit = (write_moment(before),)
        count = Question("SELECT count(*) FROM mails WHERE state = 'sent' AND next_at < ?", limit)
        sql = "DELETE FROM mails WHERE state = 'sent' AND next_at < ?"

        def plan(answers: Answers) -> Plan:
            return Plan([Statement(sql, [limit])], answers[0][0][0])

        removed: int = await self._database.transact("removing sent mails", [count], plan)
        return removed

    async def _change(self, act: str, sql: str, *row: Any) -> None:
        await self._database.transact(act, [], lambda _none: Plan([Statement(sql, [row])], None))
