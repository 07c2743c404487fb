"""The way out for mails."""

from __future__ import annotations

from typing import Protocol

from alpine_core.model.mail import Mail


class Mailer(Protocol):
    """Promise: what `send` returned from was taken over by the other side, or is durable on the disk.

    It ends within a minute. Raises DeliveryError; then it was not taken, or it is not known whether it was.
    """

    async def send(self, mail: Mail) -> None: ...
