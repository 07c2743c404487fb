"""A server that takes letters by SMTP (RFC 5321): extra `mail`."""

from __future__ import annotations

import ssl
from collections.abc import Callable

import msgspec
from aiosmtplib import SMTP


class MailServer(msgspec.Struct, frozen=True, kw_only=True):
    """Where letters are handed in, from whom, and to whom.

    `security`: `starttls` (RFC 3207, required), `tls` from the first byte (RFC 8314), or `plain`. `login` tells user
    and password as they stand when a connection is made; without a user nobody logs in.
    """

    host: str
    port: int
    security: str
    sender: str
    recipients: tuple[str, ...]
    login: Callable[[], tuple[str, str]] = lambda: ("", "")

    def __repr__(self) -> str:
        """Without the password."""
        return f"MailServer({self.host!r}, {self.port}, {self.security!r})"

    def line(self, seconds: float, context: ssl.SSLContext | None = None) -> SMTP:
        """A connection to be opened; each answer may take `seconds`. Certificates are checked against `context`, by
        default the system's."""
        user, password = self.login()
        return SMTP(
            hostname=self.host,
            port=self.port,
            use_tls=self.security == "tls",
            start_tls=self.security == "starttls",
            tls_context=context,
            username=user or None,
            password=password or None,
            timeout=seconds,
        )
