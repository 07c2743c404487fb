"""Where rules for notices are kept."""

from __future__ import annotations

from typing import Protocol

from alpine_core.model.notice import Addressee, NoticeRule
from alpine_core.model.tier import Tier


class NoticeRules(Protocol):
    """Promise: reads see every change that returned before. Raises StoreError."""

    async def add(self, rule: NoticeRule, most: int) -> bool:
        """False, and nothing stored, if the account has `most` rules already or is gone."""
        ...

    async def of_account(self, account_id: str) -> tuple[NoticeRule, ...]:
        """Newest first."""
        ...

    async def remove(self, account_id: str, rule_id: str) -> bool:
        """Whether the account had such a rule."""
        ...

    async def of_tier(self, tier: Tier) -> tuple[Addressee, ...]:
        """Every account of the tier that has rules, with them."""
        ...
