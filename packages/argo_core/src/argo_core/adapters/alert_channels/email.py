"""E-mail over SMTP: extra `alerts`."""

from __future__ import annotations

import asyncio
import hashlib
import ssl

from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from argo_core.adapters.alert_channels.alert_mail import mail_of
from argo_core.adapters.mail_server import MailServer
from argo_core.alerts.routing import EMAIL
from argo_core.model.alert import Alert, Delivery

_PERMANENT = 500
LONGEST_DETAIL = 200


class Email:
    """`ports.Notifier`: a connection for each mail, certificates checked against `context` (default: the system's).

    A whole mail may take `deadline_seconds`.
    """

    def __init__(
        self,
        server: MailServer,
        context: ssl.SSLContext | None = None,
        deadline_seconds: float = 8.0,
    ) -> None:
        self._server, self._context, self._deadline_seconds = server, context, deadline_seconds

    async def send(self, alert: Alert) -> Delivery:
        """One mail to all recipients; those that are refused while others are not are named."""
        server = self._server
        client = server.line(self._deadline_seconds, self._context)
        try:
            mail = mail_of(alert, server.sender, server.recipients, _message_id(alert))
            async with asyncio.timeout(self._deadline_seconds), client:
                refused, _ = await client.send_message(mail)
        except TimeoutError:
            return self._failed(f"no answer within {self._deadline_seconds:g} s", permanent=False)
        except (SMTPException, OSError, ValueError) as error:
            words = " ".join(str(error).split()) or type(error).__name__
            return self._failed(words, permanent=_permanent(error))
        names = ", ".join(sorted(refused))
        detail = f"taken, but not for {names}" if names else "taken"
        return Delivery(channel=EMAIL, delivered=True, detail=detail[:LONGEST_DETAIL])

    def _failed(self, words: str, *, permanent: bool) -> Delivery:
        server = self._server
        detail = f"the mail server {server.host}:{server.port}: {words}".replace(server.login()[1] or "\0", "••••")
        return Delivery(channel=EMAIL, delivered=False, detail=detail[:LONGEST_DETAIL], permanent=permanent)


def _message_id(alert: Alert) -> str:
    """The same for the same alert: told again after a kill, it is the same mail to whoever keeps mails."""
    named = f"{alert.source} {alert.dedup_key} {alert.resolved} {alert.raised_at.isoformat()}"
    return f"<{hashlib.sha256(named.encode()).hexdigest()[:32]}@argo.localhost>"


def _permanent(error: Exception) -> bool:
    if isinstance(error, SMTPAuthenticationError):
        return False  # a password that is being rotated: the next connection takes the new one
    if isinstance(error, SMTPRecipientsRefused):
        return all(one.code >= _PERMANENT for one in error.recipients)
    if isinstance(error, SMTPResponseException):
        return error.code >= _PERMANENT
    return isinstance(error, ValueError)
