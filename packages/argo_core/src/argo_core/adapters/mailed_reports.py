"""Reports as letters over SMTP (extra: mail)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from email.utils import formatdate, parseaddr

from aiosmtplib.errors import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from argo_core.adapters.mail_server import MailServer
from argo_core.errors import StoreError, Unavailable
from argo_core.ports.clock import Clock

SECONDS = 20.0


class MailedReports:
    """`ports.ReportPost` by one server."""

    def __init__(self, server: MailServer, clock: Clock) -> None:
        self._server, self._clock = server, clock

    @property
    def readers(self) -> tuple[str, ...]:
        return self._server.recipients

    async def send(
        self, subject: str, contents: Mapping[str, bytes], message_id: str, readers: Sequence[str]
    ) -> Mapping[str, str]:
        """Its head names all readers. Raises Unavailable where the server may take it later, StoreError where it will
        not."""
        server, envelope = self._server, {parseaddr(reader)[1]: reader for reader in readers}
        letter = self._letter(subject, contents, message_id)
        try:
            async with server.line(SECONDS) as client:
                refused, _ = await client.send_message(letter, recipients=list(envelope))
        except SMTPRecipientsRefused as error:
            return {envelope[one.recipient]: f"{one.code} {_line(one.message)}" for one in error.recipients}
        except SMTPResponseException as error:
            kind = Unavailable if 400 <= error.code < 500 else StoreError
            raise kind(f"mail by {server.host} was refused with {error.code}: {_line(error.message)}") from error
        except (SMTPException, OSError) as error:
            raise Unavailable(f"mail by {server.host}:{server.port} failed: {_line(error)}") from error
        return {envelope[address]: f"{said.code} {_line(said.message)}" for address, said in refused.items()}

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
