"""Mails leave in order, are tried again with growing waits, and end as dead instead of silently."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alpine_core.errors import DeliveryError
from alpine_core.mailing import Courier, MailPatience
from alpine_core.model import Mail, MailState
from alpine_core.testing import FixedClock
from alpine_core.testing.memory_mailer import MemoryMailer
from alpine_core.testing.memory_outbox import MemoryOutbox
from alpine_core.testing.samples import MOMENT


class Office:
    def __init__(self) -> None:
        self.outbox, self.mailer, self.clock = MemoryOutbox(), MemoryMailer(), FixedClock(MOMENT)
        self.courier = Courier(self.outbox, self.mailer, self.clock, MailPatience(attempts=3))

    async def queue(self, number: int) -> Mail:
        mail = Mail(message_id=f"<{number}@test>", recipient="ada@example.com", subject="s", text="t")
        await self.outbox.queue(mail, self.clock.now())
        return mail

    async def state(self) -> MailState | None:
        tried = await self.courier.send_next()
        return None if tried is None else tried[1]


@pytest.fixture
def office() -> Office:
    return Office()


async def test_mails_go_out_in_order_and_once(office: Office) -> None:
    mails = [await office.queue(number) for number in range(3)]
    assert [await office.state() for _ in range(4)] == [MailState.SENT] * 3 + [None]
    assert office.mailer.sent == mails


async def test_a_failed_mail_waits_longer_each_time_then_is_dead(office: Office) -> None:
    await office.queue(1)
    office.mailer.failures = [DeliveryError("busy", retry=True)] * 3
    assert await office.state() is MailState.WAITING
    office.clock.advance(seconds=29)
    assert await office.state() is None
    office.clock.advance(seconds=1)
    assert await office.state() is MailState.WAITING
    office.clock.advance(seconds=60)
    assert await office.state() is MailState.DEAD
    assert office.outbox.rows[1].last_error == "busy"


async def test_what_is_refused_for_good_is_dead_at_once_and_others_go_on(office: Office) -> None:
    await office.queue(1)
    second = await office.queue(2)
    office.mailer.failures = [DeliveryError("no such mailbox", retry=False)]
    assert [await office.state() for _ in range(3)] == [MailState.DEAD, MailState.SENT, None]
    assert office.mailer.sent == [second]


async def test_an_attempt_whose_end_nobody_knows_is_made_again_with_the_same_message_id(office: Office) -> None:
    mail = await office.queue(1)
    now = office.clock.now()
    await office.outbox.claim(now, now + timedelta(seconds=300))  # and then the process was killed
    assert await office.state() is None
    office.clock.advance(seconds=300)
    assert await office.state() is MailState.SENT
    assert [sent.message_id for sent in office.mailer.sent] == [mail.message_id]


def test_waits_double_up_to_an_hour() -> None:
    patience = MailPatience()
    waits = [patience.next_at(attempts, MOMENT, retry=True) for attempts in (1, 2, 7, 8, 9)]
    assert [None if at is None else (at - MOMENT).total_seconds() for at in waits] == [30, 60, 1920, 3600, 3600]
    assert patience.next_at(10, MOMENT, retry=True) is None
