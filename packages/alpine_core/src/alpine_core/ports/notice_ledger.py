"""How far notices have come along the feeds, and the one way in which they get further."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from alpine_core.model.notice import Filling
from alpine_core.model.tier import Tier


class NoticeLedger(Protocol):
    """Promise: a filling is stored whole or not at all, whatever ends the process. Raises StoreError."""

    async def position(self, tier: Tier) -> str | None:
        """None before the first filling."""
        ...

    async def fill(self, filling: Filling) -> bool:
        """Store notices, deliveries and mails and go on to `after`; False, and nothing stored, if the position is not
        `before` any more. Left out is what an account was told of already, and what is for an account that is gone or
        of another tier now, or for an endpoint that is gone."""
        ...

    async def remove_before(self, moment: datetime) -> int:
        """How many notices were removed because they were made before."""
        ...

    async def forget(self, account_id: str) -> None:
        """Remove every notice of the account."""
        ...
