"""The monthly report: made once, shown to everybody, mailed to those who asked and whose tier has mails."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from alpine_core.model.account import Account
from alpine_core.model.mail import Mail
from alpine_core.model.monthly_report import MonthlyReport
from alpine_core.model.tier import AlertChannel, Tier
from alpine_core.ports.clock import Clock
from alpine_core.ports.log_mirror import LogMirror
from alpine_core.ports.monthly_shelf import MonthlyLetters, MonthlyReaders, MonthlyShelf
from alpine_core.ports.witness_store import WitnessStore
from alpine_core.tiers import Entitlements
from alpine_core.track_record import Terms, TrackRecord
from alpine_core.track_record.monthly import (
    is_settled,
    missing_months,
    month_after,
    month_end,
    month_of,
    month_terms,
    monthly_report,
)

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
        states: WitnessStore,
        mirror: LogMirror,
    ) -> None:
        self._reckon, self._shelf, self._readers = reckon, shelf, readers
        self._letters, self._entitlements, self._clock = letters, entitlements, clock
        self._states, self._mirror = states, mirror

    async def make(self, closed_at: Iterable[datetime]) -> tuple[MonthlyReport, ...]:
        """A report of every month in which something ended (`closed_at`: when each signal did), that is over, has none
        yet, and whose ends have come; the oldest first. Any number of workers may do it."""
        now = self._clock.now()
        known = {report.month for report in await self._shelf.reports()}
        made = []
        for first in missing_months(closed_at, known, now):
            if is_settled(first, await self._mirrored_at(), now):
                report = monthly_report(first, await self._reckon(month_terms(first)), now)
                # Report and mails together: a crash leaves both or none, and the next turn makes what is missing.
                if await self._shelf.keep(report, await self._mails(first, report, now)):
                    made.append(report)
        return tuple(made)

    async def _mirrored_at(self) -> list[datetime]:
        found = []
        for origin in await self._states.origins():
            state = await self._states.state(origin)
            kept = None if state is None else await self._mirror.checkpoint(origin, state.mirrored)
            found.append(datetime.min.replace(tzinfo=UTC) if kept is None else kept.received_at)
        return found

    async def _mails(self, first: date, report: MonthlyReport, now: datetime) -> list[Mail]:
        """Of the month before this one to all who ask for reports; of an older one to those who asked before its end,
        so that nobody is sent the past at once."""
        readers = [each for each in await self._readers.readers() if self.may_be_mailed(each.tier)]
        if month_after(first) != month_of(now):
            asked = [(each, await self._readers.asked(each.account_id)) for each in readers]
            readers = [each for each, since in asked if since is not None and since < month_end(first)]
        return [self._letters.write(each.email, report) for each in readers]

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
