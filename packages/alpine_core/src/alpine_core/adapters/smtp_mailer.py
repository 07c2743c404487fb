"""Mails over SMTP (RFC 5321) by aiosmtplib: extra `mail`."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable

import msgspec
from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from alpine_core.adapters.mail_form import email_message
from alpine_core.errors import DeliveryError
from alpine_core.model.mail import Mail
from alpine_core.ports.clock import Clock

_PERMANENT = 500


class SmtpServer(msgspec.Struct, frozen=True, kw_only=True):
    """`security`: `starttls` (RFC 3207, required), `tls` from the first byte (RFC 8314), or `plain`. `login` tells user
    and password as they stand when a connection is made; without a user nobody logs in.

    `timeout_seconds` is for one step, a whole mail may take three times as long.
    """

    host: str
    port: int
    security: str
    login: Callable[[], tuple[str, str]] = lambda: ("", "")
    timeout_seconds: float = 15.0

    def __repr__(self) -> str:
        """Without the password."""
        return f"SmtpServer({self.host!r}, {self.port}, {self.security!r})"


class SmtpMailer:
    """`ports.Mailer`: a connection for each mail, certificates checked against `context` (default: the system's).

    A refusal of the recipient or of the content for good (5xx) is not tried again; everything else is.
    """

    def __init__(self, server: SmtpServer, sender: str, clock: Clock, context: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._sender = sender
        self._clock = clock
        self._context = context

    async def send(self, mail: Mail) -> None:
        server = self._server
        user, password = server.login()
        client = SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            tls_context=self._context,
            username=user or None,
            password=password or None,
            timeout=server.timeout_seconds,
        )
        try:
            message = email_message(mail, self._sender, self._clock)
            async with asyncio.timeout(3 * server.timeout_seconds), client:
                await client.send_message(message)
        except (SMTPException, OSError, TimeoutError, ValueError) as error:
            words = " ".join(str(error).split()) or type(error).__name__
            detail = f"the mail server {server.host}:{server.port}: {words[:250]}"
            raise DeliveryError(detail, retry=_may_succeed_later(error)) from error


def _may_succeed_later(error: Exception) -> bool:
    if isinstance(error, SMTPRecipientsRefused):
        return any(one.code < _PERMANENT for one in error.recipients)
    if isinstance(error, SMTPAuthenticationError):
        return True  # the operator's to mend: the mail is not at fault
    if isinstance(error, SMTPDataError | SMTPSenderRefused | SMTPResponseException):
        return error.code < _PERMANENT
    return not isinstance(error, ValueError)
