"""A way out for mails that keeps them."""

from __future__ import annotations

from alpine_core.errors import DeliveryError
from alpine_core.model.mail import Mail


class MemoryMailer:
    """`ports.Mailer` into a list. While `failures` has entries, each attempt takes one and raises it."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []
        self.failures: list[DeliveryError] = []

    async def send(self, mail: Mail) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(mail)
