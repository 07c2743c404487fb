"""Takes mails out of the outbox, one at a time."""

from __future__ import annotations

from datetime import timedelta

from alpine_core.errors import DeliveryError
from alpine_core.mailing.patience import MailPatience
from alpine_core.model.mail import MailState, QueuedMail
from alpine_core.ports.clock import Clock
from alpine_core.ports.mailer import Mailer
from alpine_core.ports.outbox import Outbox


class Courier:
    """Each attempt is noted before it is made, and its end after: a crash in between makes at most this one mail go
    out twice, with the same message id. Raises StoreError."""

    def __init__(self, outbox: Outbox, mailer: Mailer, clock: Clock, patience: MailPatience | None = None) -> None:
        self._outbox = outbox
        self._mailer = mailer
        self._clock = clock
        self._patience = patience or MailPatience()

    async def send_next(self) -> tuple[QueuedMail, MailState] | None:
        """Try the mail that has been due longest; what became of it, None if nothing is due."""
        now = self._clock.now()
        taken = await self._outbox.claim(now, now + timedelta(seconds=self._patience.lease_seconds))
        if taken is None:
            return None
        try:
            await self._mailer.send(taken.mail)
        except DeliveryError as error:
            failed_at = self._clock.now()
            next_at = self._patience.next_at(taken.attempts, failed_at, retry=error.retry)
            await self._outbox.failed(taken.mail_id, next_at, str(error))
            return taken, MailState.DEAD if next_at is None else MailState.WAITING
        # A crash before this line sends the mail again when its claim has run out.
        await self._outbox.sent(taken.mail_id, self._clock.now())
        return taken, MailState.SENT
