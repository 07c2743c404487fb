"""A real SMTP server on loopback that keeps what it takes, or refuses as it is told."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.ports import free_port


class MailPeer:
    """`refusal` answers the data, `refused` are recipients that it does not know."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], EmailMessage]] = []
        self.refusal = ""
        self.refused: dict[str, str] = {}

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refusal:
            return self.refusal
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.taken.append((envelope.rcpt_tos, message))
        return "250 OK"


@contextmanager
def mail_server(peer: MailPeer, **options: Any) -> Iterator[int]:
    """Its port."""
    port = free_port()
    # With a name of its own: else it asks the name servers for one at each connection, which can take seconds.
    controller = Controller(peer, hostname="127.0.0.1", port=port, server_hostname="localhost", **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()
