"""Everything about notices over the same parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from alpine_core.feed import SignalFeed
from alpine_core.notices.filling import NoticeFilling
from alpine_core.notices.holding import NoticeHolding
from alpine_core.notices.inbox import Inbox
from alpine_core.notices.rule_desk import RuleDesk
from alpine_core.notices.seen_records import SeenRecords
from alpine_core.notices.webhook_courier import WebhookCourier
from alpine_core.notices.webhook_desk import WebhookDesk
from alpine_core.ports.account_store import AccountStore
from alpine_core.ports.clock import Clock
from alpine_core.ports.delivery_queue import DeliveryQueue, DeliveryShelf
from alpine_core.ports.inbox_shelf import InboxShelf
from alpine_core.ports.notice_ledger import NoticeLedger
from alpine_core.ports.notice_letters import NoticeLetters
from alpine_core.ports.notice_rules import NoticeRules
from alpine_core.ports.security_log import SecurityLog
from alpine_core.ports.signal_shelf import SignalShelf
from alpine_core.ports.webhook_sender import WebhookSender
from alpine_core.ports.webhook_store import WebhookStore


@dataclass(frozen=True, slots=True)
class NoticePorts:
    """Where notices are kept, all over the same storage, and the way out to webhooks."""

    rules: NoticeRules
    ledger: NoticeLedger
    inbox: InboxShelf
    webhooks: WebhookStore
    queue: DeliveryQueue
    deliveries: DeliveryShelf
    sender: WebhookSender


@dataclass(frozen=True, slots=True)
class Chances:
    """Fresh at each call: 32 random bytes, a text that nobody can guess, a number in [0, 1)."""

    new_secret: Callable[[], bytes]
    new_id: Callable[[], str]
    chance: Callable[[], float]


@dataclass(frozen=True, slots=True)
class NoticeOffice:
    """The use cases, and what the removal of old things needs."""

    filling: NoticeFilling
    rules: RuleDesk
    inbox: Inbox
    webhooks: WebhookDesk
    courier: WebhookCourier
    holding: NoticeHolding
    ledger: NoticeLedger
    deliveries: DeliveryShelf


def open_office(
    ports: NoticePorts,
    feed: SignalFeed,
    shelf: SignalShelf,
    accounts: AccountStore,
    security_log: SecurityLog,
    letters: NoticeLetters,
    clock: Clock,
    chances: Chances,
    *,
    allow_private: bool = False,
) -> NoticeOffice:
    """The office over these parts; `allow_private` as `check_target` has it."""
    terms, records = feed.entitlements.terms, SeenRecords(shelf, feed.entitlements)
    return NoticeOffice(
        filling=NoticeFilling(feed, ports.rules, ports.ledger, letters, clock, chances.new_id),
        rules=RuleDesk(ports.rules, clock, terms, chances.new_id),
        inbox=Inbox(ports.inbox, records, clock),
        webhooks=WebhookDesk(
            ports.webhooks,
            ports.queue,
            ports.deliveries,
            security_log,
            clock,
            terms=terms,
            new_secret=chances.new_secret,
            new_id=chances.new_id,
            allow_private=allow_private,
        ),
        courier=WebhookCourier(ports.queue, ports.sender, records, accounts, clock, terms=terms, chance=chances.chance),
        holding=NoticeHolding(ports.rules, ports.ledger, ports.inbox, ports.webhooks, ports.deliveries),
        ledger=ports.ledger,
        deliveries=ports.deliveries,
    )
