"""What pages call somebody."""

from __future__ import annotations

from alpine_core.accounts.parts import AccountParts
from alpine_core.errors import AccountRefused
from alpine_core.model.account import Account
from alpine_core.model.account_change import SetDisplayName

LONGEST_NAME = 80


class Profiles:
    """Raises StoreError."""

    def __init__(self, parts: AccountParts) -> None:
        self._parts = parts

    async def rename(self, account: Account, display_name: str) -> None:
        """At most 80 printable characters, or none. Raises AccountRefused `bad_name`."""
        name = display_name.strip()
        if len(name) > LONGEST_NAME or not name.isprintable():
            raise AccountRefused("bad_name", f"the name: use at most {LONGEST_NAME} characters on one line")
        await self._parts.acts.commit([SetDisplayName(account_id=account.account_id, display_name=name)])
