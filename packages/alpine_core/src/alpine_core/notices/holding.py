"""What notices hold about an account: for its data export and its deletion."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from alpine_core.model.account import Account
from alpine_core.ports.delivery_queue import DeliveryShelf
from alpine_core.ports.inbox_shelf import InboxShelf
from alpine_core.ports.notice_ledger import NoticeLedger
from alpine_core.ports.notice_rules import NoticeRules
from alpine_core.ports.webhook_store import WebhookStore

_ALL = 1_000_000


class NoticeHolding:
    """Rules, notices, webhooks and their deliveries. Raises StoreError."""

    name = "notices"

    def __init__(
        self,
        rules: NoticeRules,
        ledger: NoticeLedger,
        inbox: InboxShelf,
        webhooks: WebhookStore,
        deliveries: DeliveryShelf,
    ) -> None:
        self._rules, self._ledger, self._inbox = rules, ledger, inbox
        self._webhooks, self._deliveries = webhooks, deliveries

    async def of_account(self, account_id: str) -> Mapping[str, Any]:
        """Everything as values that JSON has, and times; no secret."""
        rules = await self._rules.of_account(account_id)
        notices = await self._inbox.notices(account_id, unread=False, before=None, limit=_ALL)
        webhooks = await self._webhooks.of_account(account_id)
        deliveries = await self._deliveries.deliveries(account_id, None, _ALL)
        return {
            "rules": [_told(rule, "rule_id", "filter", "channels", "created_at") for rule in rules],
            "notices": [_told(one, "number", "cursor", "kind", "created_at", "read_at") for one in notices],
            "webhooks": [_told(one, "endpoint_id", "url", "created_at") for one in webhooks],
            "deliveries": [
                _told(one, "delivery_id", "endpoint_id", "type", "queued_at", "state", "attempts", "last_status")
                for one in deliveries
            ],
        }

    async def forget(self, account_id: str) -> None:
        """Remove it all; may be called again, also when the account is gone."""
        for rule in await self._rules.of_account(account_id):
            await self._rules.remove(account_id, rule.rule_id)
        for webhook in await self._webhooks.of_account(account_id):
            await self._webhooks.remove(account_id, webhook.endpoint_id)
        await self._ledger.forget(account_id)

    async def export(self, account: Account) -> Mapping[str, Any]:
        """As `of_account`."""
        return await self.of_account(account.account_id)

    async def erase(self, account: Account) -> None:
        """As `forget`."""
        await self.forget(account.account_id)


def _told(value: Any, *names: str) -> dict[str, Any]:
    return {name: _plain(getattr(value, name)) for name in names}


def _plain(value: Any) -> Any:
    return value if isinstance(value, datetime) else msgspec.to_builtins(value)
