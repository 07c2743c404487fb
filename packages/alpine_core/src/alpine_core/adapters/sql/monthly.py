"""Monthly reports, and who asked for them, on a SQL database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import bindparam, select

from alpine_core.adapters.secret_box import SecretBox
from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.mail_rows import QUEUE_MAIL, mail_row
from alpine_core.adapters.sql.reading import Reading
from alpine_core.adapters.sql.statements import insert_into
from alpine_core.adapters.sql.tables import ACCOUNTS, MONTHLY_READERS, MONTHLY_REPORTS
from alpine_core.adapters.sql.transaction import Answers, Plan, Question, Statement
from alpine_core.model.mail import Mail
from alpine_core.model.monthly_report import MonthlyReader, MonthlyReport
from alpine_core.model.tier import Tier
from alpine_core.wire.moments import write_moment

_REPORT = msgspec.json.Decoder(MonthlyReport)
_ALL = Reading(select(MONTHLY_REPORTS.c.body).order_by(MONTHLY_REPORTS.c.month.desc()))
_ASKED = Reading(select(MONTHLY_READERS.c.asked_at).where(MONTHLY_READERS.c.account_id == bindparam("wanted")))
_READERS = Reading(
    select(ACCOUNTS.c.account_id, ACCOUNTS.c.email, ACCOUNTS.c.tier)
    .join(MONTHLY_READERS, MONTHLY_READERS.c.account_id == ACCOUNTS.c.account_id)
    .where(ACCOUNTS.c.email_verified == 1, ACCOUNTS.c.locked_at.is_(None))
    .order_by(ACCOUNTS.c.account_id)
)
_ASK = (
    "INSERT INTO monthly_readers (account_id, asked_at) SELECT ?, ? "
    "WHERE EXISTS (SELECT 1 FROM accounts WHERE account_id = ?)"
)


class SqlMonthly:
    """`ports.MonthlyShelf` and `ports.MonthlyReaders` on SQLite or PostgreSQL."""

    def __init__(self, database: Database, box: SecretBox) -> None:
        self._database, self._box = database, box

    async def keep(self, report: MonthlyReport, mails: Sequence[Mail]) -> bool:
        made = write_moment(report.made_at)
        row = (report.month, made, msgspec.json.encode(report).decode())
        queued = [mail_row(self._box, mail, report.made_at) for mail in mails]

        def plan(answers: Answers) -> Plan:
            if answers[0]:
                return Plan([], False)
            return Plan([Statement(insert_into(MONTHLY_REPORTS), [row]), Statement(QUEUE_MAIL, queued)], True)

        known = Question("SELECT 1 FROM monthly_reports WHERE month = ?", (report.month,))
        kept: bool = await self._database.transact("keeping a monthly report", [known], plan)
        return kept

    async def reports(self) -> tuple[MonthlyReport, ...]:
        return tuple(_REPORT.decode(row.body) for row in await self._database.read(_ALL))

    async def ask(self, account_id: str, at: datetime | None) -> None:
        ended = Statement("DELETE FROM monthly_readers WHERE account_id = ?", [(account_id,)])
        asked = Statement(_ASK, [] if at is None else [(account_id, write_moment(at), account_id)])
        await self._database.transact("noting who reads reports", [], lambda _none: Plan([ended, asked], None))

    async def asked(self, account_id: str) -> datetime | None:
        rows = await self._database.read(_ASKED, wanted=account_id)
        return datetime.fromisoformat(rows[0].asked_at) if rows else None

    async def readers(self) -> tuple[MonthlyReader, ...]:
        rows = await self._database.read(_READERS)
        return tuple(MonthlyReader(account_id=row.account_id, email=row.email, tier=Tier(row.tier)) for row in rows)
