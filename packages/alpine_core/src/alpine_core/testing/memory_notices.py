"""Rules and notices that end with the process."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from alpine_core.model.notice import Addressee, Filling, NewNotice, Notice, NoticeRule
from alpine_core.model.tier import Tier
from alpine_core.model.webhook import WebhookDelivery
from alpine_core.testing.memory_accounts import MemoryAccounts
from alpine_core.testing.memory_outbox import MemoryOutbox
from alpine_core.testing.memory_webhooks import MemoryDeliveries, MemoryWebhooks


class MemoryNoticeRules:
    """`ports.NoticeRules` in a dict."""

    def __init__(self, accounts: MemoryAccounts, webhooks: MemoryWebhooks) -> None:
        self._accounts, self._webhooks = accounts, webhooks
        self._rows: dict[str, NoticeRule] = {}

    async def add(self, rule: NoticeRule, most: int) -> bool:
        if len(await self.of_account(rule.account_id)) >= most or rule.account_id not in self._accounts.rows:
            return False
        self._rows[rule.rule_id] = rule
        return True

    async def of_account(self, account_id: str) -> tuple[NoticeRule, ...]:
        own = [rule for rule in self._rows.values() if rule.account_id == account_id]
        return tuple(sorted(own, key=lambda rule: (rule.created_at, rule.rule_id), reverse=True))

    async def remove(self, account_id: str, rule_id: str) -> bool:
        found = self._rows.get(rule_id)
        if found is None or found.account_id != account_id:
            return False
        del self._rows[rule_id]
        return True

    async def of_tier(self, tier: Tier) -> tuple[Addressee, ...]:
        found = []
        for account in sorted(self._accounts.rows.values(), key=lambda account: account.account_id):
            rules = await self.of_account(account.account_id)
            if account.tier is tier and rules:
                endpoints = reversed(await self._webhooks.of_account(account.account_id))
                found.append(
                    Addressee(
                        account_id=account.account_id,
                        email=account.email if account.email_verified else None,
                        endpoint_ids=tuple(one.endpoint_id for one in endpoints),
                        rules=rules,
                    )
                )
        return tuple(found)


class MemoryNoticeLedger:
    """`ports.NoticeLedger` and `ports.InboxShelf` in dicts; calls and mails go where they are looked for."""

    def __init__(self, accounts: MemoryAccounts, deliveries: MemoryDeliveries, outbox: MemoryOutbox) -> None:
        self._accounts, self._deliveries, self._outbox = accounts, deliveries, outbox
        self._positions: dict[str, str] = {}
        self._rows: dict[str, dict[int, tuple[Notice, bool]]] = {}

    async def position(self, tier: Tier) -> str | None:
        return self._positions.get(tier.value)

    async def fill(self, filling: Filling) -> bool:
        if self._positions.get(filling.tier) != filling.before:
            return False
        self._positions[filling.tier] = filling.after
        fresh = [one for one in filling.notices if self._is_news(one, filling.tier)]
        for one in fresh:
            await self._store(one, filling.at)
        news = {(one.account_id, one.cursor) for one in fresh}
        for each in filling.mails:
            if any((each.account_id, cursor) in news for cursor in each.cursors):
                await self._outbox.queue(each.mail, filling.at)
        return True

    async def remove_before(self, moment: datetime) -> int:
        old = [one for own in self._rows.values() for one, _ in own.values() if one.created_at < moment]
        for one in old:
            del self._rows[one.account_id][one.number]
        return len(old)

    async def forget(self, account_id: str) -> None:
        self._rows.pop(account_id, None)

    async def notices(self, account_id: str, *, unread: bool, before: int | None, limit: int) -> tuple[Notice, ...]:
        found = [
            one
            for one in self._shown(account_id)
            if (before is None or one.number < before) and not (unread and one.read_at)
        ]
        return tuple(sorted(found, key=lambda one: -one.number)[:limit])

    async def unread(self, account_id: str) -> int:
        return sum(one.read_at is None for one in self._shown(account_id))

    async def mark_read(self, account_id: str, numbers: Sequence[int] | None, at: datetime) -> int:
        found = [
            one for one in self._shown(account_id) if one.read_at is None and (numbers is None or one.number in numbers)
        ]
        for one in found:
            self._rows[account_id][one.number] = (msgspec.structs.replace(one, read_at=at), True)
        return len(found)

    def _shown(self, account_id: str) -> list[Notice]:
        return [one for one, shown in self._rows.get(account_id, {}).values() if shown]

    def _is_news(self, one: NewNotice, tier: str) -> bool:
        account = self._accounts.rows.get(one.account_id)
        told = {each.cursor for each, _ in self._rows.get(one.account_id, {}).values()}
        return account is not None and account.tier.value == tier and one.cursor not in told

    async def _store(self, one: NewNotice, at: datetime) -> None:
        own = self._rows.setdefault(one.account_id, {})
        number = max(own, default=0) + 1
        notice = Notice(number=number, account_id=one.account_id, cursor=one.cursor, kind=one.kind, created_at=at)
        own[number] = (notice, one.shown)
        for delivery_id, endpoint_id in one.deliveries:
            await self._deliveries.queue(
                WebhookDelivery(
                    delivery_id=delivery_id,
                    endpoint_id=endpoint_id,
                    account_id=one.account_id,
                    cursor=one.cursor,
                    kind=one.kind,
                    queued_at=at,
                    next_at=at,
                )
            )
