"""What an outbox of mails must do. Fixture: `outbox`, empty, an Outbox and a MailShelf over the same storage."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from alpine_core.model.mail import Mail, MailState
from alpine_core.testing.samples import MOMENT

MINUTE = timedelta(minutes=1)
LEASE = 5 * MINUTE


def mail(number: int) -> Mail:
    return Mail(
        message_id=f"<{number}@test>",
        recipient=f"{number}@example.com",
        subject=f"Mail {number}",
        text=f"text {number}\n",
        html=f"<p>{number}</p>",
    )


class OutboxContract:
    async def test_mails_are_claimed_in_the_order_in_which_they_are_due(self, outbox: Any) -> None:
        assert [await outbox.queue(mail(number), MOMENT + number * MINUTE) for number in (2, 1)] == [1, 2]
        assert await outbox.claim(MOMENT, MOMENT + LEASE) is None
        claimed = [await outbox.claim(MOMENT + 2 * MINUTE, MOMENT + 7 * MINUTE) for _ in range(3)]
        assert [None if one is None else one.mail for one in claimed] == [mail(1), mail(2), None]

    async def test_what_is_claimed_is_due_again_when_the_claim_has_run_out(self, outbox: Any) -> None:
        await outbox.queue(mail(1), MOMENT)
        first = await outbox.claim(MOMENT, MOMENT + LEASE)
        assert (first.attempts, first.next_at) == (1, MOMENT + LEASE)
        assert await outbox.claim(MOMENT + LEASE - MINUTE, MOMENT + 2 * LEASE) is None
        second = await outbox.claim(MOMENT + LEASE, MOMENT + 2 * LEASE)
        assert (second.attempts, second.mail) == (2, mail(1))

    async def test_of_a_sent_mail_the_words_are_gone(self, outbox: Any) -> None:
        number = await outbox.queue(mail(1), MOMENT)
        await outbox.sent(number, MOMENT + MINUTE)
        assert await outbox.claim(MOMENT + LEASE, MOMENT + 2 * LEASE) is None
        (kept,) = await outbox.mails(MailState.SENT, 9)
        assert (kept.mail.subject, kept.mail.text, kept.mail.html) == ("Mail 1", "", "")

    async def test_a_failed_mail_waits_and_a_dead_one_until_it_is_tried_again(self, outbox: Any) -> None:
        number = await outbox.queue(mail(1), MOMENT)
        await outbox.claim(MOMENT, MOMENT + LEASE)
        await outbox.failed(number, MOMENT + MINUTE, "the server is busy")
        found = await outbox.one(number)
        assert (found.state, found.next_at, found.last_error) == (
            MailState.WAITING,
            MOMENT + MINUTE,
            "the server is busy",
        )
        assert not await outbox.retry(number, MOMENT)
        await outbox.failed(number, None, "no such mailbox")
        assert [one.mail_id for one in await outbox.mails(MailState.DEAD, 9)] == [number]
        assert await outbox.claim(MOMENT + LEASE, MOMENT + 2 * LEASE) is None
        assert await outbox.retry(number, MOMENT + LEASE)
        again = await outbox.claim(MOMENT + LEASE, MOMENT + 2 * LEASE)
        assert (again.attempts, again.mail) == (1, mail(1))
        assert not await outbox.retry(99, MOMENT)

    async def test_mails_are_listed_newest_first(self, outbox: Any) -> None:
        for number in (1, 2, 3):
            await outbox.queue(mail(number), MOMENT)
        await outbox.sent(2, MOMENT)
        assert [one.mail_id for one in await outbox.mails(None, 2)] == [3, 2]
        assert [one.mail_id for one in await outbox.mails(MailState.WAITING, 9)] == [3, 1]
        assert await outbox.one(99) is None

    async def test_mails_that_were_sent_long_ago_are_removed_and_no_others(self, outbox: Any) -> None:
        for number in (1, 2, 3):
            await outbox.queue(mail(number), MOMENT)
        await outbox.sent(1, MOMENT)
        await outbox.sent(2, MOMENT + MINUTE)
        assert await outbox.remove_sent(MOMENT + MINUTE) == 1
        assert [one.mail_id for one in await outbox.mails(None, 9)] == [3, 2]
