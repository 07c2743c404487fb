"""Another place that keeps backups."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class BackupPlace(Protocol):
    """Promise: what `put` returned from lies there whole. Raises StoreError."""

    async def put(self, name: str, taken_at: datetime) -> str:
        """Carry the backup of that name; where it lies then. Again is no error."""
        ...

    async def fetch(self, place: str) -> str:
        """Bring back what lies there, whole or not at all, under the name that is answered."""
        ...

    async def keep_for(self, days: int) -> None:
        """Let it remove what is older than so many days, and nothing younger."""
        ...
