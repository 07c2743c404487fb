"""Where accounts are kept."""

from __future__ import annotations

from typing import Protocol

from alpine_core.model.account import Account


class AccountStore(Protocol):
    """Promise: reads see every change that returned before. An email is found in lower case only. Raises StoreError."""

    async def by_email(self, email: str) -> Account | None: ...

    async def by_account_id(self, account_id: str) -> Account | None: ...

    async def put(self, account: Account) -> None:
        """Create the account, or replace the one of that `account_id`. Another's email raises OperatorError."""
        ...

    async def accounts(self) -> tuple[Account, ...]:
        """Every account, sorted by email."""
        ...
