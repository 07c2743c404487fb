"""Which signed requests were accepted already."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class WebhookIds(Protocol):
    """Promise: of two claims of one id, in whatever process, exactly one succeeds. Raises StoreError.

    Ids whose claim is ten minutes old may be forgotten: a signature holds for one.
    """

    async def claim(self, webhook_id: str, now: datetime) -> bool:
        """True for the first claim of this id, False for every other."""
        ...
