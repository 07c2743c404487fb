"""Everything that notices are kept in, over one storage, for tests that need several of them."""

from __future__ import annotations

from typing import NamedTuple

from alpine_core.ports import (
    AccountStore,
    DeliveryQueue,
    DeliveryShelf,
    InboxShelf,
    MailShelf,
    NoticeLedger,
    NoticeRules,
    WebhookStore,
)
from alpine_core.testing.memory_accounts import MemoryAccounts
from alpine_core.testing.memory_notices import MemoryNoticeLedger, MemoryNoticeRules
from alpine_core.testing.memory_outbox import MemoryOutbox
from alpine_core.testing.memory_webhooks import MemoryDeliveries, MemoryWebhooks


class NoticeHouse(NamedTuple):
    """All over the same storage, empty at first."""

    accounts: AccountStore
    rules: NoticeRules
    ledger: NoticeLedger
    inbox: InboxShelf
    webhooks: WebhookStore
    queue: DeliveryQueue
    shelf: DeliveryShelf
    mails: MailShelf


def memory_notice_house(accounts: MemoryAccounts | None = None, outbox: MemoryOutbox | None = None) -> NoticeHouse:
    """One in memory."""
    people, mails = accounts or MemoryAccounts(), outbox or MemoryOutbox()
    webhooks = MemoryWebhooks(people)
    deliveries = MemoryDeliveries(webhooks)
    ledger = MemoryNoticeLedger(people, deliveries, mails)
    rules = MemoryNoticeRules(people, webhooks)
    return NoticeHouse(people, rules, ledger, ledger, webhooks, deliveries, deliveries, mails)
