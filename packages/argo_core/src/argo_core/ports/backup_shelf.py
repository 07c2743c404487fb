"""Where backups lie, who tries them, and where they are carried."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from argo_core.model.backup import BackupRecord
from argo_core.model.restored_database import CheckedBackup


class BackupShelf(Protocol):
    """Promise: a backup is whole or not there, also after a kill. One `take` at a time. Raises StoreError."""

    async def take(self, at: datetime) -> BackupRecord:
        """A consistent copy, while writers go on. A second one within the same second raises StoreError."""
        ...

    async def records(self) -> tuple[BackupRecord, ...]:
        """Every whole backup, oldest first."""
        ...

    async def note(self, record: BackupRecord) -> None:
        """Keep what became of it. Raises StoreError for one that is not there."""
        ...

    async def remove(self, name: str) -> None:
        """For good. One that is not there is no error."""
        ...


class BackupTrial(Protocol):
    """Promise: restores the backup into a place of its own, looks at everything, and leaves that place empty."""

    async def check(self, name: str) -> CheckedBackup:
        """Raises StoreError where no trial could be made; what is wrong with the backup is a finding."""
        ...


class BackupUpload(Protocol):
    """Promise: what `put` returned from lies there whole, checked by SHA-256 on the way.

    Raises Unavailable where nobody answers or it may pass, StoreError where it is refused.
    """

    async def put(self, name: str, taken_at: datetime) -> str:
        """Carry the backup of that name; where it lies then. Again is no error."""
        ...

    async def fetch(self, place: str) -> str:
        """Bring back what lies at `place` (as `put` told it) under the name that is answered; whole or not at all."""
        ...

    async def keep_for(self, days: int) -> None:
        """Let the other side remove what is older than so many days, and nothing younger."""
        ...
