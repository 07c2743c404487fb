"""Monthly reports and their readers, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alpine_core.model.mail import Mail
from alpine_core.model.monthly_report import MonthlyReader, MonthlyReport
from alpine_core.testing.memory_accounts import MemoryAccounts
from alpine_core.testing.memory_outbox import MemoryOutbox


class MemoryMonthly:
    """`ports.MonthlyShelf` and `ports.MonthlyReaders`; mails go to the outbox."""

    def __init__(self, accounts: MemoryAccounts, outbox: MemoryOutbox) -> None:
        self._accounts, self._outbox = accounts, outbox
        self._kept: dict[str, MonthlyReport] = {}
        self._asked: dict[str, datetime] = {}

    async def keep(self, report: MonthlyReport, mails: Sequence[Mail]) -> bool:
        if report.month in self._kept:
            return False
        self._kept[report.month] = report
        for mail in mails:
            self._outbox.add(mail, report.made_at)
        return True

    async def reports(self) -> tuple[MonthlyReport, ...]:
        return tuple(self._kept[month] for month in sorted(self._kept, reverse=True))

    async def ask(self, account_id: str, at: datetime | None) -> None:
        self._asked.pop(account_id, None)
        if at is not None and account_id in self._accounts.rows:
            self._asked[account_id] = at

    async def asked(self, account_id: str) -> datetime | None:
        return self._asked.get(account_id) if account_id in self._accounts.rows else None

    async def readers(self) -> tuple[MonthlyReader, ...]:
        accounts = [self._accounts.rows[each] for each in sorted(self._asked) if each in self._accounts.rows]
        return tuple(
            MonthlyReader(account_id=each.account_id, email=each.email, tier=each.tier)
            for each in accounts
            if each.email_verified and each.locked_at is None
        )
