"""Tells of what was stored and calls webhooks until it is killed: python notices_until_killed.py URL."""

from __future__ import annotations

import asyncio
import secrets
import sys

from alpine_core.adapters.http_webhooks import HttpWebhooks
from alpine_core.adapters.secret_box import SecretBox
from alpine_core.adapters.sql import (
    Database,
    SqlAccounts,
    SqlDeliveries,
    SqlInbox,
    SqlNoticeLedger,
    SqlNoticeRules,
    SqlSecurityLog,
    SqlSignalShelf,
    SqlWebhooks,
)
from alpine_core.adapters.system_clock import SystemClock
from alpine_core.feed import SignalFeed
from alpine_core.model import Tier
from alpine_core.notices import (
    Chances,
    NoticeOffice,
    NoticePorts,
    SeenRecords,
    WebhookCourier,
    WebhookPatience,
    open_office,
)
from alpine_core.testing.plain_notice_letters import PlainNoticeLetters
from alpine_core.tiers import Entitlements

BOX = SecretBox("key")


def office(database: Database, sender: HttpWebhooks) -> NoticeOffice:
    """Over the database."""
    deliveries, shelf = SqlDeliveries(database, BOX), SqlSignalShelf(database)
    ports = NoticePorts(
        rules=SqlNoticeRules(database),
        ledger=SqlNoticeLedger(database, BOX),
        inbox=SqlInbox(database),
        webhooks=SqlWebhooks(database, BOX),
        queue=deliveries,
        deliveries=deliveries,
        sender=sender,
    )
    chances = Chances(lambda: secrets.token_bytes(32), lambda: secrets.token_hex(16), lambda: 0.5)
    feed, log = SignalFeed(shelf, Entitlements()), SqlSecurityLog(database)
    accounts, letters = SqlAccounts(database), PlainNoticeLetters()
    return open_office(ports, feed, shelf, accounts, log, letters, SystemClock(), chances, allow_private=True)


def courier(database: Database, sender: HttpWebhooks) -> WebhookCourier:
    """Whose claims run out at once, so that the test need not wait."""
    records, clock = SeenRecords(SqlSignalShelf(database), Entitlements()), SystemClock()
    return WebhookCourier(
        SqlDeliveries(database, BOX),
        sender,
        records,
        SqlAccounts(database),
        clock,
        terms=Entitlements().terms,
        chance=lambda: 0.5,
        patience=WebhookPatience(lease_seconds=0.2),
    )


async def turn(told: NoticeOffice, calls: WebhookCourier) -> bool:
    """One step of the feed, one call; whether there was either."""
    more = await told.filling.fill(Tier.PREMIUM)
    due = await calls.claim()
    if due is not None:
        await calls.make(due)
    return more or due is not None


async def main(url: str) -> None:
    database, sender = await Database.open(url), HttpWebhooks(allow_private=True)
    told, calls = office(database, sender), courier(database, sender)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        if not await turn(told, calls):
            await asyncio.sleep(0.01)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
