"""Where alerts are kept until every channel has told them, and after."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from argo_core.model.alert import Alert, AlertRecord, Attempt, Matter, PendingAlert
from argo_core.model.query import Page


class AlertStore(Protocol):
    """Promise: what `keep` and `attempted` returned from is on the disk. Any number at a time. Raises StoreError."""

    async def keep(self, alert: Alert, configured: Collection[str]) -> tuple[str, ...]:
        """Keep it, and answer which of the configured channels have to tell it, by the routes and by where its matter
        stands; both in one step, so that of two equal alerts at the same time one is told."""
        ...

    async def pending(self, channel: str, limit: int) -> tuple[PendingAlert, ...]:
        """What the channel still has to tell, oldest first."""
        ...

    async def attempted(self, task: int, attempt: Attempt) -> None:
        """Keep one try. After a settled one the task is pending no more."""
        ...

    async def recorded(
        self, alert: Alert, attempts: Sequence[Attempt], *, matter: bool, waiting: Collection[str] = ()
    ) -> None:
        """Keep an alert that was told already, with its tries; it opens or closes a matter only with `matter`.
        The channels `waiting`, and those without a settled try, still have to tell it."""
        ...


class AlertReader(Protocol):
    """Promise: reads see every write that returned before the call. Raises StoreError."""

    async def alerts(self, limit: int, before: int | None = None) -> Page[AlertRecord]:
        """Newest first, with their tries. Raises DataError `bad_limit`."""
        ...

    async def standing(self) -> tuple[Matter, ...]:
        """The matters that are open now, oldest first."""
        ...
