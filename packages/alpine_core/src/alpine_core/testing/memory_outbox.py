"""An outbox of mails that ends with the process."""

from __future__ import annotations

from datetime import datetime

import msgspec

from alpine_core.model.mail import Mail, MailState, QueuedMail


class MemoryOutbox:
    """`ports.Outbox` and `ports.MailShelf` in a dict. `rows` by number."""

    def __init__(self) -> None:
        self.rows: dict[int, QueuedMail] = {}

    async def queue(self, mail: Mail, at: datetime) -> int:
        return self.add(mail, at)

    def add(self, mail: Mail, at: datetime) -> int:
        """The same without waiting."""
        number = max(self.rows, default=0) + 1
        self.rows[number] = QueuedMail(
            mail_id=number, mail=mail, state=MailState.WAITING, attempts=0, created_at=at, next_at=at
        )
        return number

    async def claim(self, now: datetime, until: datetime) -> QueuedMail | None:
        due = [row for row in self.rows.values() if row.state is MailState.WAITING and row.next_at <= now]
        if not due:
            return None
        first = min(due, key=lambda row: (row.next_at, row.mail_id))
        return self._change(first, attempts=first.attempts + 1, next_at=until)

    async def sent(self, mail_id: int, at: datetime) -> None:
        row = self.rows[mail_id]
        empty = msgspec.structs.replace(row.mail, text="", html="")
        self._change(row, state=MailState.SENT, mail=empty, next_at=at, last_error="")

    async def failed(self, mail_id: int, next_at: datetime | None, reason: str) -> None:
        row = self.rows[mail_id]
        if next_at is None:
            self._change(row, state=MailState.DEAD, last_error=reason)
        else:
            self._change(row, next_at=next_at, last_error=reason)

    async def mails(self, state: MailState | None, limit: int) -> tuple[QueuedMail, ...]:
        newest = sorted(self.rows.values(), key=lambda row: -row.mail_id)
        return tuple(row for row in newest if state in (None, row.state))[:limit]

    async def to(self, recipient: str) -> tuple[QueuedMail, ...]:
        return tuple(row for row in await self.mails(None, len(self.rows)) if row.mail.recipient == recipient)

    async def one(self, mail_id: int) -> QueuedMail | None:
        return self.rows.get(mail_id)

    async def retry(self, mail_id: int, now: datetime) -> bool:
        row = self.rows.get(mail_id)
        if row is None or row.state is not MailState.DEAD:
            return False
        self._change(row, state=MailState.WAITING, attempts=0, next_at=now)
        return True

    async def remove_sent(self, before: datetime) -> int:
        old = [row.mail_id for row in self.rows.values() if row.state is MailState.SENT and row.next_at < before]
        for number in old:
            del self.rows[number]
        return len(old)

    def _change(self, row: QueuedMail, **changed: object) -> QueuedMail:
        fresh = msgspec.structs.replace(row, **changed)
        self.rows[row.mail_id] = fresh
        return fresh
