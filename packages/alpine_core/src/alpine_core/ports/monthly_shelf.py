"""Where monthly reports are kept, who asked for them, and their words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from alpine_core.model.mail import Mail
from alpine_core.model.monthly_report import MonthlyReader, MonthlyReport


class MonthlyShelf(Protocol):
    """Promise: a month has one report, which never changes; reads see every one that was kept. Raises StoreError."""

    async def keep(self, report: MonthlyReport, mails: Sequence[Mail]) -> bool:
        """Store it and put the mails into the outbox, both or none; False, and nothing done, if the month has one."""
        ...

    async def reports(self) -> tuple[MonthlyReport, ...]:
        """Newest month first."""
        ...


class MonthlyReaders(Protocol):
    """Promise: reads see every change that returned before; a wish ends with its account. Raises StoreError."""

    async def ask(self, account_id: str, at: datetime | None) -> None:
        """From `at` on the account wants the reports; None: no longer. Nothing happens to an account that is gone."""
        ...

    async def asked(self, account_id: str) -> datetime | None:
        """Since when, None if it does not."""
        ...

    async def readers(self) -> tuple[MonthlyReader, ...]:
        """Those with a confirmed address that are not locked, by account."""
        ...


class MonthlyLetters(Protocol):
    """Promise: each mail has a message id of its own."""

    def write(self, recipient: str, report: MonthlyReport) -> Mail: ...


class Monthly(MonthlyShelf, MonthlyReaders, Protocol):
    """Both over one storage."""
