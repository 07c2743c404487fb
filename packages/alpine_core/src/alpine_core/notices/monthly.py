"""The monthly report: made once, shown to everybody, mailed to those who asked and whose tier has mails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from alpine_core.model.account import Account
from alpine_core.model.monthly_report import MonthlyReport
from alpine_core.model.tier import AlertChannel, Tier
from alpine_core.ports.clock import Clock
from alpine_core.ports.monthly_shelf import MonthlyLetters, MonthlyReaders, MonthlyShelf
from alpine_core.tiers import Entitlements
from alpine_core.track_record import Terms, TrackRecord
from alpine_core.track_record.monthly import month_before, month_terms, monthly_report

Reckon = Callable[[Terms], Awaitable[TrackRecord]]


class MonthlyOffice:
    """`reckon` gives the figures of one part of the record, up to date. Raises StoreError."""

    name = "monthly_report"

    def __init__(
        self,
        reckon: Reckon,
        shelf: MonthlyShelf,
        readers: MonthlyReaders,
        letters: MonthlyLetters,
        entitlements: Entitlements,
        clock: Clock,
    ) -> None:
        self._reckon, self._shelf, self._readers = reckon, shelf, readers
        self._letters, self._entitlements, self._clock = letters, entitlements, clock

    async def make(self) -> MonthlyReport | None:
        """Last month's report, if it has none yet and something ended in it. Any number of workers may do it."""
        now = self._clock.now()
        first = month_before(now)
        if any(report.month == f"{first:%Y-%m}" for report in await self._shelf.reports()):
            return None
        record = await self._reckon(month_terms(first))
        if not record.closed:
            return None
        report = monthly_report(first, record, now)
        mails = [self._letters.write(each.email, report) for each in await self._readers.readers()
                 if self.may_be_mailed(each.tier)]  # fmt: skip
        # Report and mails together: a crash leaves both or none, and the next turn makes what is missing.
        return report if await self._shelf.keep(report, mails) else None

    def may_be_mailed(self, tier: Tier) -> bool:
        """Whether the tier's terms have mails."""
        return AlertChannel.EMAIL in self._entitlements.terms(tier).alerts

    async def reports(self) -> tuple[MonthlyReport, ...]:
        """Newest month first."""
        return await self._shelf.reports()

    async def of_month(self, month: str) -> MonthlyReport | None:
        """YYYY-MM; None where there is none."""
        return next((report for report in await self._shelf.reports() if report.month == month), None)

    async def ask(self, account: Account, wanted: bool) -> None:
        """From the next report on, or no longer."""
        await self._readers.ask(account.account_id, self._clock.now() if wanted else None)

    async def asked(self, account: Account) -> datetime | None:
        """Since when the account wants them."""
        return await self._readers.asked(account.account_id)

    async def export(self, account: Account) -> Mapping[str, Any]:
        """The wish, as a value that JSON has."""
        return {"asked_at": await self._readers.asked(account.account_id)}

    async def erase(self, account: Account) -> None:
        """The wish ends; may be called again."""
        await self._readers.ask(account.account_id, None)
