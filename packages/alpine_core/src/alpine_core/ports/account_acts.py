"""How accounts are changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from alpine_core.model.account_change import AccountChange


class AccountActs(Protocol):
    """Promise: `commit` is one transaction: every change is durable when it returns True, none was made when it returns
    False or raises StoreError. Two acts at once run one after the other, so that what one uses up the other misses."""

    async def commit(self, changes: Sequence[AccountChange]) -> bool:
        """The changes in their order; False if one of them calls the act off."""
        ...
