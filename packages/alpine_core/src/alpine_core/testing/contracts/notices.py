"""What stores of rules, notices and webhooks must do. Fixture: `notice_house`, a NoticeHouse, empty."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec

from alpine_core.model.mail import Mail
from alpine_core.model.notice import (
    Addressee,
    Filling,
    NewNotice,
    Notice,
    NoticeChannel,
    NoticeFilter,
    NoticeMail,
    NoticeRule,
)
from alpine_core.model.record import RecordKind
from alpine_core.model.tier import Tier
from alpine_core.model.webhook import DeliveryEnd, DeliveryState, WebhookDelivery, WebhookEndpoint
from alpine_core.testing.notice_house import NoticeHouse
from alpine_core.testing.samples import MOMENT, sample_account

MINUTE = timedelta(minutes=1)
ADA, BOB = sample_account(), sample_account("bob@example.com")
WAITING, DELIVERED, DEAD = DeliveryState.WAITING, DeliveryState.DELIVERED, DeliveryState.DEAD


def rule(number: int, account_id: str = ADA.account_id) -> NoticeRule:
    return NoticeRule(
        rule_id=f"r{number}",
        account_id=account_id,
        filter=NoticeFilter(symbols=("AAPL", "BTC-USD"), action="BUY", min_confidence=80.5, regime="BULL"),
        channels=(NoticeChannel.IN_APP, NoticeChannel.WEBHOOK),
        created_at=MOMENT + number * MINUTE,
    )


def endpoint(number: int, account_id: str = ADA.account_id) -> WebhookEndpoint:
    return WebhookEndpoint(
        endpoint_id=f"e{number}",
        account_id=account_id,
        url=f"https://example.com/{number}",
        secret=f"whsec_{number}",
        created_at=MOMENT + number * MINUTE,
    )


def call(number: int, endpoint_id: str = "e1", at: datetime = MOMENT) -> WebhookDelivery:
    return WebhookDelivery(
        delivery_id=f"d{number}",
        endpoint_id=endpoint_id,
        account_id=ADA.account_id,
        cursor=number,
        kind=RecordKind.SIGNAL,
        queued_at=at,
        next_at=at,
    )


def told(*cursors: int, shown: bool = True, to: str = ADA.account_id, calls: tuple[str, ...] = ()) -> list[NewNotice]:
    return [
        NewNotice(
            account_id=to,
            cursor=cursor,
            kind=RecordKind.SIGNAL,
            shown=shown,
            deliveries=tuple((f"d{cursor}{each}", each) for each in calls),
        )
        for cursor in cursors
    ]


def mail(number: int, *cursors: int) -> NoticeMail:
    letter = Mail(message_id=f"<{number}@test>", recipient=ADA.email, subject="s", text="t")
    return NoticeMail(account_id=ADA.account_id, cursors=cursors, mail=letter)


def step(before: str | None, after: str, *given: Any, tier: Tier = Tier.PREMIUM, at: datetime = MOMENT) -> Filling:
    notices = tuple(one for one in given if isinstance(one, NewNotice))
    mails = tuple(one for one in given if isinstance(one, NoticeMail))
    return Filling(tier=tier.value, before=before, after=after, at=at, notices=notices, mails=mails)


class NoticesContract:
    async def test_rules_are_listed_newest_first_and_removed_by_their_owner(self, notice_house: NoticeHouse) -> None:
        await notice_house.accounts.put(ADA)
        assert [await notice_house.rules.add(rule(number), 20) for number in (1, 2)] == [True, True]
        assert await notice_house.rules.of_account(ADA.account_id) == (rule(2), rule(1))
        assert await notice_house.rules.remove(BOB.account_id, "r1") is False
        assert await notice_house.rules.remove(ADA.account_id, "r1") is True
        assert await notice_house.rules.of_account(ADA.account_id) == (rule(2),)

    async def test_no_more_rules_or_webhooks_than_so_many_and_none_for_nobody(self, notice_house: NoticeHouse) -> None:
        await notice_house.accounts.put(ADA)
        assert [await notice_house.rules.add(rule(number), 2) for number in (1, 2, 3)] == [True, True, False]
        assert await notice_house.rules.add(rule(4, "nobody"), 2) is False
        assert [await notice_house.webhooks.add(endpoint(number), 1) for number in (1, 2)] == [True, False]
        assert await notice_house.webhooks.add(endpoint(3, "nobody"), 1) is False

    async def test_a_tier_has_its_accounts_with_rules_and_where_they_are_reached(
        self, notice_house: NoticeHouse
    ) -> None:
        await notice_house.accounts.put(ADA)
        await notice_house.accounts.put(msgspec.structs.replace(BOB, email_verified=False))
        await notice_house.accounts.put(msgspec.structs.replace(sample_account("c@example.com"), tier=Tier.FREE))
        for number, account in ((1, ADA), (2, ADA), (3, BOB)):
            await notice_house.rules.add(rule(number, account.account_id), 20)
            await notice_house.webhooks.add(endpoint(number, account.account_id), 20)
        assert await notice_house.rules.of_tier(Tier.PREMIUM) == (
            Addressee(account_id=ADA.account_id, email=ADA.email, endpoint_ids=("e1", "e2"), rules=(rule(2), rule(1))),
            Addressee(account_id=BOB.account_id, email=None, endpoint_ids=("e3",), rules=(rule(3, BOB.account_id),)),
        )
        assert await notice_house.rules.of_tier(Tier.FREE) == ()

    async def test_a_step_is_taken_once_from_where_the_one_before_ended(self, notice_house: NoticeHouse) -> None:
        await notice_house.accounts.put(ADA)
        assert await notice_house.ledger.position(Tier.PREMIUM) is None
        assert await notice_house.ledger.fill(step(None, "0")) is True
        assert await notice_house.ledger.fill(step("0", "2", *told(1, 2))) is True
        assert await notice_house.ledger.fill(step("0", "3", *told(3))) is False
        assert await notice_house.ledger.position(Tier.PREMIUM) == "2"
        assert await notice_house.ledger.position(Tier.FREE) is None
        assert await notice_house.inbox.unread(ADA.account_id) == 2

    async def test_nobody_is_told_of_a_record_twice_nor_after_leaving_the_tier(self, notice_house: NoticeHouse) -> None:
        await notice_house.accounts.put(ADA)
        await notice_house.ledger.fill(step(None, "0"))
        await notice_house.ledger.fill(step("0", "1", *told(1), mail(1, 1)))
        await notice_house.ledger.fill(step("1", "2", *told(1, 2), mail(2, 1, 2), *told(3, to="nobody")))
        await notice_house.ledger.fill(step("2", "3", *told(2), mail(3, 2)))
        await notice_house.accounts.put(msgspec.structs.replace(ADA, tier=Tier.BASIC))
        await notice_house.ledger.fill(step("3", "4", *told(4), mail(4, 4)))
        found = await notice_house.inbox.notices(ADA.account_id, unread=False, before=None, limit=9)
        assert [(one.number, one.cursor) for one in found] == [(2, 2), (1, 1)]
        queued = await notice_house.mails.mails(None, 9)
        assert [one.mail.message_id for one in queued] == ["<2@test>", "<1@test>"]

    async def test_the_inbox_has_what_is_shown_newest_first_until_it_is_read(self, notice_house: NoticeHouse) -> None:
        await notice_house.accounts.put(ADA)
        await notice_house.ledger.fill(step(None, "0"))
        given = [*told(1, 2), *told(3, shown=False), *told(4)]
        await notice_house.ledger.fill(step("0", "4", *given))
        inbox = notice_house.inbox
        page = await inbox.notices(ADA.account_id, unread=False, before=None, limit=2)
        first = Notice(
            number=4, account_id=ADA.account_id, cursor=4, kind=RecordKind.SIGNAL, created_at=MOMENT, read_at=None
        )
        assert page[0] == first
        assert [one.number for one in page] == [4, 2]
        rest = await inbox.notices(ADA.account_id, unread=False, before=2, limit=2)
        assert [one.number for one in rest] == [1]
        assert await inbox.mark_read(BOB.account_id, None, MOMENT) == 0
        assert await inbox.mark_read(ADA.account_id, [2, 2, 77], MOMENT + MINUTE) == 1
        assert await inbox.mark_read(ADA.account_id, [2], MOMENT + 2 * MINUTE) == 0
        assert await inbox.unread(ADA.account_id) == 2
        left = await inbox.notices(ADA.account_id, unread=True, before=None, limit=9)
        assert [one.number for one in left] == [4, 1]
        assert await inbox.mark_read(ADA.account_id, None, MOMENT + MINUTE) == 2
        assert await inbox.unread(ADA.account_id) == 0
        read = await inbox.notices(ADA.account_id, unread=False, before=3, limit=1)
        assert read[0].read_at == MOMENT + MINUTE

    async def test_old_notices_go_and_all_of_an_account_on_demand(self, notice_house: NoticeHouse) -> None:
        await notice_house.accounts.put(ADA)
        await notice_house.ledger.fill(step(None, "0"))
        await notice_house.ledger.fill(step("0", "1", *told(1)))
        await notice_house.ledger.fill(step("1", "2", *told(2), at=MOMENT + MINUTE))
        assert await notice_house.ledger.remove_before(MOMENT + MINUTE) == 1
        assert await notice_house.inbox.unread(ADA.account_id) == 1
        await notice_house.ledger.forget(BOB.account_id)
        await notice_house.ledger.forget(ADA.account_id)
        assert await notice_house.inbox.unread(ADA.account_id) == 0

    async def test_a_webhook_changes_its_secret_and_is_its_owners(self, notice_house: NoticeHouse) -> None:
        await notice_house.accounts.put(ADA)
        await notice_house.webhooks.add(endpoint(1), 5)
        await notice_house.webhooks.add(endpoint(2), 5)
        webhooks = notice_house.webhooks
        assert await webhooks.of_account(ADA.account_id) == (endpoint(2), endpoint(1))
        assert await webhooks.rotate(BOB.account_id, "e1", "new", MOMENT) is False
        assert await webhooks.rotate(ADA.account_id, "e1", "new", MOMENT + MINUTE) is True
        changed = msgspec.structs.replace(
            endpoint(1), secret="new", former_secret="whsec_1", former_until=MOMENT + MINUTE
        )
        assert await webhooks.of_account(ADA.account_id) == (endpoint(2), changed)
        assert changed.secrets(MOMENT) == ("new", "whsec_1")
        assert changed.secrets(MOMENT + MINUTE) == ("new",)
        assert await webhooks.remove(BOB.account_id, "e1") is False
        assert await webhooks.remove(ADA.account_id, "e1") is True
        assert await webhooks.remove(ADA.account_id, "e1") is False


class DeliveriesContract:
    async def test_a_step_queues_calls_for_webhooks_that_are_there(self, notice_house: NoticeHouse) -> None:
        await notice_house.accounts.put(ADA)
        await notice_house.webhooks.add(endpoint(1), 5)
        await notice_house.ledger.fill(step(None, "0"))
        await notice_house.ledger.fill(step("0", "2", *told(1, 2, calls=("e1", "e9"))))
        found = await notice_house.shelf.deliveries(ADA.account_id, None, 9)
        assert [(one.delivery_id, one.endpoint_id, one.cursor, one.state) for one in found] == [
            ("d2e1", "e1", 2, WAITING),
            ("d1e1", "e1", 1, WAITING),
        ]

    async def test_one_call_at_a_time_for_each_webhook_in_the_order_of_their_times(
        self, notice_house: NoticeHouse
    ) -> None:
        await notice_house.accounts.put(ADA)
        for number in (1, 2):
            await notice_house.webhooks.add(endpoint(number), 5)
        for each in (call(2), call(1), call(3, "e2"), call(4, "e2", MOMENT + MINUTE)):
            assert await notice_house.queue.queue(each) is True
        assert await notice_house.queue.queue(call(5, "e9")) is False
        lease = MOMENT + 5 * MINUTE
        claimed = [await notice_house.queue.claim(MOMENT, lease) for _ in range(3)]
        names = [None if one is None else (one.delivery.delivery_id, one.endpoint.url) for one in claimed]
        assert names == [("d1", "https://example.com/1"), ("d3", "https://example.com/2"), None]
        assert claimed[0] is not None
        assert (claimed[0].delivery.attempts, claimed[0].delivery.next_at) == (1, lease)
        await notice_house.queue.end("d1", DeliveryEnd(state=DELIVERED, next_at=MOMENT, status=200))
        second = await notice_house.queue.claim(MOMENT, lease)
        assert second is not None
        assert second.delivery.delivery_id == "d2"
        again = await notice_house.queue.claim(lease, lease + MINUTE)  # nobody knows the end of these
        assert again is not None
        assert (again.delivery.delivery_id, again.delivery.attempts) == ("d4", 1)
        more = await notice_house.queue.claim(lease, lease + MINUTE)
        assert more is not None
        assert (more.delivery.delivery_id, more.delivery.attempts) == ("d2", 2)

    async def test_a_failed_call_waits_and_a_dead_one_is_listed_until_it_is_made_again(
        self, notice_house: NoticeHouse
    ) -> None:
        await notice_house.accounts.put(ADA)
        await notice_house.webhooks.add(endpoint(1), 5)
        await notice_house.queue.queue(call(1))
        later = MOMENT + MINUTE
        await notice_house.queue.claim(MOMENT, later)
        end = DeliveryEnd(state=WAITING, next_at=later, status=503, reason="it answered\n503")
        await notice_house.queue.end("d1", msgspec.structs.replace(end, reason="it answered 503"))
        assert await notice_house.queue.claim(MOMENT, later) is None
        assert await notice_house.queue.claim(later, later) is not None
        await notice_house.queue.end("d1", DeliveryEnd(state=DEAD, next_at=later, reason="nobody there"))
        shelf = notice_house.shelf
        (dead,) = await shelf.deliveries(ADA.account_id, DEAD, 9)
        assert (dead.attempts, dead.last_status, dead.last_error) == (2, None, "nobody there")
        assert await shelf.deliveries(BOB.account_id, None, 9) == ()
        assert await shelf.deliveries(ADA.account_id, WAITING, 9) == ()
        assert await shelf.deliveries(ADA.account_id, None, 9, 1) == ()
        assert await shelf.replay(BOB.account_id, "d1", later) is False
        assert await shelf.replay(ADA.account_id, "d1", later) is True
        assert await shelf.replay(ADA.account_id, "d1", later + MINUTE) is True  # it waits already
        claimed = await notice_house.queue.claim(later, later + MINUTE)
        assert claimed is not None
        assert (claimed.delivery.delivery_id, claimed.delivery.attempts) == ("d1", 1)

    async def test_settled_calls_are_removed_when_they_are_old_and_with_their_webhook(
        self, notice_house: NoticeHouse
    ) -> None:
        await notice_house.accounts.put(ADA)
        await notice_house.webhooks.add(endpoint(1), 5)
        for number in (1, 2, 3):
            await notice_house.queue.queue(call(number))
        await notice_house.queue.end("d1", DeliveryEnd(state=DELIVERED, next_at=MOMENT, status=204))
        await notice_house.queue.end("d2", DeliveryEnd(state=DEAD, next_at=MOMENT + MINUTE))
        ends = (MOMENT, MOMENT + MINUTE, MOMENT + 2 * MINUTE)
        assert [await notice_house.shelf.dead_since(end) for end in ends] == [1, 1, 0]
        assert await notice_house.shelf.remove_settled(MOMENT + MINUTE) == 1
        left = await notice_house.shelf.deliveries(ADA.account_id, None, 9)
        assert [one.delivery_id for one in left] == ["d3", "d2"]
        await notice_house.webhooks.remove(ADA.account_id, "e1")
        assert await notice_house.shelf.deliveries(ADA.account_id, None, 9) == ()
        assert await notice_house.queue.claim(MOMENT, MOMENT + MINUTE) is None
