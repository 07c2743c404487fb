"""Where alerts to the operator are kept, and wait for their channels."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from alpine_core.model.alert_delivery import AlertEnd, DueAlert, KeptAlert


class AlertShelf(Protocol):
    """Promise: what was kept before a kill is there after it; reads see every change that returned before. Raises
    StoreError."""

    async def standing(self) -> dict[tuple[str, str], str]:
        """By rule and subject, the message of each matter that began and is not over."""
        ...

    async def keep(self, kept: KeptAlert) -> bool:
        """Keep it with its deliveries; its matter stands then, or is over. False, and nothing done, if the matter is so
        already, of two who found the same one is told; or if the alert was kept once."""
        ...

    async def newest(self, limit: int) -> tuple[KeptAlert, ...]:
        """At most `limit`, in the order in which they were kept, the last one first."""
        ...


class AlertQueue(Protocol):
    """Promise: of each matter a channel's alerts are told in the order in which they were kept, one at a time; one that
    was claimed before a kill is due again at `until`. Raises StoreError."""

    async def claim(self, channel: str, now: datetime, until: datetime) -> DueAlert | None:
        """The first that is due for the channel and behind no other of its matter; nobody else gets it before
        `until`."""
        ...

    async def end(self, alert_id: str, channel: str, end: AlertEnd) -> None:
        """Note how the attempt ended. Nothing happens for an alert that is not known."""
        ...


class OperatorAlerts(AlertShelf, AlertQueue, Protocol):
    """Both over one storage."""


class SparePlace(Protocol):
    """Where processes leave what the storage cannot take; who holds it, and nobody else, loads and saves. Promise: what
    was saved before a kill is there after it. Raises StoreError."""

    def hold(self) -> bool:
        """Whether this process holds it: the first that asks, until it ends, also by a kill."""
        ...

    def load(self) -> tuple[KeptAlert, ...]:
        """What was saved last, () if nothing was. What cannot be read any longer is set aside, and raised once."""
        ...

    def save(self, kept: tuple[KeptAlert, ...]) -> None:
        """In place of what was there; all of it or nothing."""
        ...
