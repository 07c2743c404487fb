"""Reports as letters over SMTP (extra: mail)."""

from __future__ import annotations

from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import formatdate

from aiosmtplib.errors import SMTPException, SMTPResponseException

from argo_core.adapters.mail_server import MailServer
from argo_core.errors import StoreError, Unavailable
from argo_core.ports.clock import Clock

SECONDS = 20.0


class MailedReports:
    """`ports.ReportPost` by one server."""

    def __init__(self, server: MailServer, clock: Clock) -> None:
        self._server, self._clock = server, clock

    async def send(self, subject: str, contents: Mapping[str, bytes], message_id: str) -> None:
        """Raises Unavailable where the server may take it later, StoreError where it will not."""
        server = self._server
        try:
            async with server.line(SECONDS) as client:
                refused, _ = await client.send_message(self._letter(subject, contents, message_id))
        except SMTPResponseException as error:
            kind = Unavailable if 400 <= error.code < 500 else StoreError
            raise kind(f"mail by {server.host} was refused with {error.code}: {_line(error.message)}") from error
        except (SMTPException, OSError) as error:
            raise Unavailable(f"mail by {server.host}:{server.port} failed: {_line(error)}") from error
        if refused:
            raise StoreError(f"mail by {server.host} was refused for {', '.join(sorted(refused))}: check the address")

    def _letter(self, subject: str, contents: Mapping[str, bytes], message_id: str) -> EmailMessage:
        letter, server = EmailMessage(), self._server
        letter["From"], letter["To"], letter["Subject"] = server.sender, ", ".join(server.recipients), subject
        letter["Date"] = formatdate(self._clock.now().timestamp(), usegmt=True)
        letter["Message-ID"] = f"<{message_id}@{server.sender.rpartition('@')[2].rstrip('>')}>"
        texts = [content.decode() for name, content in contents.items() if name.endswith(".txt")]
        letter.set_content("\n".join(texts))
        for name, content in contents.items():
            if not name.endswith(".txt"):
                letter.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        return letter


def _line(told: object) -> str:
    return " ".join(str(told).split()) or type(told).__name__
