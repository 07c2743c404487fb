"""A provider's record, subscribers with rules, and everything that tells them of it, over memory."""

from __future__ import annotations

import itertools
from typing import Any

import msgspec

from alpine_core.feed import SignalFeed
from alpine_core.model import Account, DeliveryState, NoticeChannel, NoticeFilter, Tier
from alpine_core.notices import Caller, Chances, NoticePorts, WebhookCourier, WebhookPatience, open_office
from alpine_core.notices.seen_records import SeenRecords
from alpine_core.testing import FixedClock, MemoryAccounts, MemoryStore
from alpine_core.testing.memory_outbox import MemoryOutbox
from alpine_core.testing.memory_security_log import MemorySecurityLog
from alpine_core.testing.memory_sender import MemorySender
from alpine_core.testing.notice_house import memory_notice_house
from alpine_core.testing.plain_notice_letters import PlainNoticeLetters
from alpine_core.testing.sample_log import SampleLog
from alpine_core.testing.samples import MOMENT, sample_account, sample_outcome, sample_verified
from alpine_core.tiers import Entitlements

URL = "https://hooks.example.com/alpine"
EVERY = tuple(NoticeChannel)


class World:
    """`chance` is 0.5 always: waits are as long as the patience says."""

    def __init__(self) -> None:
        self.clock, self.store, self.log = FixedClock(MOMENT), MemoryStore(), SampleLog()
        self.accounts, self.outbox, self.sender = MemoryAccounts(), MemoryOutbox(), MemorySender()
        self.security_log, self.policy = MemorySecurityLog(), Entitlements()
        self.house = memory_notice_house(self.accounts, self.outbox)
        self._numbers = itertools.count(1)
        house = self.house
        ports = NoticePorts(
            house.rules, house.ledger, house.inbox, house.webhooks, house.queue, house.shelf, self.sender
        )
        chances = Chances(
            new_secret=lambda: bytes([next(self._numbers)]) * 32,
            new_id=lambda: f"id-{next(self._numbers)}",
            chance=lambda: 0.5,
        )
        feed, letters = SignalFeed(self.store, self.policy), PlainNoticeLetters()
        self.office = open_office(
            ports, feed, self.store, self.accounts, self.security_log, letters, self.clock, chances
        )

    def impatient(self, attempts: int) -> WebhookCourier:
        """A courier that gives up after so many attempts."""
        records = SeenRecords(self.store, self.policy)
        return WebhookCourier(
            self.house.queue,
            self.sender,
            records,
            self.accounts,
            self.clock,
            terms=self.policy.terms,
            chance=lambda: 0.5,
            patience=WebhookPatience(attempts=attempts),
        )

    async def account(self, tier: Tier, email: str = "ada@example.com") -> Account:
        """Somebody of that tier."""
        account = msgspec.structs.replace(sample_account(email), tier=tier)
        await self.accounts.put(account)
        return account

    async def follower(self, tier: Tier, email: str = "ada@example.com", **wanted: Any) -> Account:
        """Somebody with one rule by every way that the tier has, and a webhook where it has them."""
        account = await self.account(tier, email)
        await self.office.rules.add(account, NoticeFilter(**wanted), self.office.rules.channels(account))
        if self.office.webhooks.allowed(account):
            await self.office.webhooks.add(Caller(account=account), URL)
        await self.fill()
        return account

    async def signal(self, name: str, **changed: Any) -> None:
        """Store one, sealed in the log."""
        await self.log.store_in(self.store, [sample_verified(name, **changed)], self.clock.now())

    async def end(self, name: str, **changed: Any) -> None:
        """Store its outcome."""
        await self.log.resolve_in(self.store, sample_outcome(name, **changed), self.clock.now())

    async def fill(self) -> None:
        """Everything that every tier has come to see."""
        for tier in Tier:
            while await self.office.filling.fill(tier):
                pass

    async def inbox(self, account: Account) -> list[tuple[str, str | None]]:
        """Newest first: the kind and the signal's name, None where it is not shown."""
        page = await self.office.inbox.page(account, limit=50)
        return [(line.kind.value, None if line.signal is None else line.signal.signal_id) for line in page.items]

    async def mails(self) -> list[tuple[str, str]]:
        """Recipient and text, oldest first."""
        return [(one.mail.recipient, one.mail.text) for one in reversed(await self.outbox.mails(None, 99))]

    async def call(self, courier: WebhookCourier | None = None) -> list[DeliveryState]:
        """Everything that is due."""
        found, made = courier or self.office.courier, []
        while (due := await found.claim()) is not None:
            made.append(await found.make(due))
        return made
