"""Where mails wait until they are sent."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from alpine_core.model.mail import Mail, MailState, QueuedMail


class Outbox(Protocol):
    """Promise: what `queue` returned from is sent, or listed as dead, whatever ends the process. Raises StoreError."""

    async def queue(self, mail: Mail, at: datetime) -> int:
        """The number of the mail, which is due at once."""
        ...

    async def claim(self, now: datetime, until: datetime) -> QueuedMail | None:
        """The mail that has been due longest, for one attempt: it counts, and nobody else gets it before `until`."""
        ...

    async def sent(self, mail_id: int, at: datetime) -> None: ...

    async def failed(self, mail_id: int, next_at: datetime | None, reason: str) -> None:
        """Due again at `next_at`; None: dead."""
        ...


class MailShelf(Protocol):
    """Promise: reads see every change that returned before. Raises StoreError."""

    async def mails(self, state: MailState | None, limit: int) -> tuple[QueuedMail, ...]:
        """The newest first, of one state or of all."""
        ...

    async def to(self, recipient: str) -> tuple[QueuedMail, ...]:
        """Every mail to the address, the newest first."""
        ...

    async def one(self, mail_id: int) -> QueuedMail | None: ...

    async def retry(self, mail_id: int, now: datetime) -> bool:
        """A dead mail is due again, with its attempts counted anew. False if there is no dead mail of that number."""
        ...

    async def remove_sent(self, before: datetime) -> int:
        """How many mails were removed because they were sent before then."""
        ...
