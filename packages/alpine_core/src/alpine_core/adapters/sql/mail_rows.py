"""Mails as rows: what they say is sealed, for it may hold the only copy of a token."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from alpine_core.adapters.secret_box import SecretBox
from alpine_core.model.mail import Mail, MailState, QueuedMail
from alpine_core.wire.moments import write_moment

# The last parameter says whether there is to be a row: with 0 the database does the work and keeps nothing.
QUEUE_MAIL = (
    "INSERT INTO mails (id, message_id, recipient, subject, body, state, attempts, created_at, next_at, last_error) "
    "SELECT (SELECT coalesce(max(id), 0) + 1 FROM mails), ?, ?, ?, ?, ?, 0, ?, ?, '' WHERE CAST(? AS INTEGER) = 1"
)


def mail_row(box: SecretBox, mail: Mail, at: datetime, *, really: bool = True) -> tuple[Any, ...]:
    """The parameters of `QUEUE_MAIL`."""
    body = box.seal(msgspec.json.encode((mail.text, mail.html)).decode(), _about(mail.message_id))
    moment = write_moment(at)
    return (mail.message_id, mail.recipient, mail.subject, body, MailState.WAITING.value, moment, moment, int(really))


def read_mail(box: SecretBox, row: Any) -> QueuedMail:
    """What a row says. Raises StoreError if it was sealed with another key."""
    text, html = msgspec.json.decode(box.open(row.body, _about(row.message_id))) if row.body else ("", "")
    mail = Mail(message_id=row.message_id, recipient=row.recipient, subject=row.subject, text=text, html=html)
    return QueuedMail(
        mail_id=row.id,
        mail=mail,
        state=MailState(row.state),
        attempts=row.attempts,
        created_at=datetime.fromisoformat(row.created_at),
        next_at=datetime.fromisoformat(row.next_at),
        last_error=row.last_error,
    )


def _about(message_id: str) -> str:
    return f"mail {message_id}"
