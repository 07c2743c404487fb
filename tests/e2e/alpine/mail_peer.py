"""A real SMTP server beside the pages: it keeps what it takes."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.ports import free_port


class MailPeer:
    """`taken` in the order of arrival."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.taken: list[EmailMessage] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - the library's name
        self.taken.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"

    def link(self, recipient: str) -> str | None:
        """The address in the newest mail to somebody."""
        for message in reversed(self.taken):
            body = message.get_body(("plain",))
            if message["To"] == recipient and body is not None:
                found = re.search(r"^http://\S+\?token=\S+", body.get_content(), re.MULTILINE)
                return found[0] if found else None
        return None


@contextmanager
def mail_peer() -> Iterator[MailPeer]:
    """A server on loopback, until the context ends."""
    port = free_port()
    peer = MailPeer(port)
    # With a name of its own: else it asks the name servers for one at each connection, which can take seconds.
    controller = Controller(peer, hostname="127.0.0.1", port=port, server_hostname="localhost")
    controller.start()
    try:
        yield peer
    finally:
        controller.stop()
