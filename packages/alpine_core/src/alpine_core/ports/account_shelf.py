"""Looking for accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from alpine_core.model.account import Account, AccountQuery
from alpine_core.model.tier import Tier


class AccountShelf(Protocol):
    """Promise: reads see every change that returned before. Raises StoreError."""

    async def find(self, query: AccountQuery) -> tuple[Account, ...]:
        """At most `query.limit`, by address; `search` without regard to case of ASCII letters, every character as
        itself."""
        ...

    async def count_by_tier(self) -> Mapping[Tier, int]:
        """Of every tier how many there are."""
        ...
