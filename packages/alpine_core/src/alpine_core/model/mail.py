"""Mails, and what became of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """One mail to one recipient. `message_id` stands in angle brackets (RFC 5322 3.6.4) and is the same in every try.

    `text` is the whole mail in plain words, `html` the same as a page, or empty.
    """

    message_id: str
    recipient: str
    subject: str
    text: str
    html: str = ""


class MailState(StrEnum):
    """The words are stored: none is ever renamed."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"


class QueuedMail(msgspec.Struct, frozen=True, kw_only=True):
    """A mail in the outbox. `mail_id` counts from 1; `attempts` were begun, the next one is due at `next_at`.

    Of a mail that was sent, `text` and `html` are gone: they may have held what only the recipient should know.
    """

    mail_id: int
    mail: Mail
    state: MailState
    attempts: int
    created_at: datetime
    next_at: datetime
    last_error: str = ""
