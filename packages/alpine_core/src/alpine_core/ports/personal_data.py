"""What a part of the system holds about somebody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from alpine_core.model.account import Account


class PersonalData(Protocol):
    """One part's holding. Promise: `export` leaves nothing out that is about the account, and has no secret in it;
    `erase` may be called again, also when the account is gone. Raises StoreError, PaymentAway."""

    @property
    def name(self) -> str:
        """Under which name it stands in the export; a word with underscores."""
        ...

    async def export(self, account: Account) -> Mapping[str, Any]:
        """As values that JSON has, and times."""
        ...

    async def erase(self, account: Account) -> None:
        """Remove what does not go with the account's own row, and stop what would go on without it."""
        ...
