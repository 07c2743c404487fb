"""What the checks of the stored record found, and when they ran: one book for all workers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from alpine_core.model.integrity_check import CheckEnd, CheckStanding, StandingFinding


class IntegrityBook(Protocol):
    """Promise: each call is one transaction, on the disk when it returns. Raises StoreError."""

    async def expect(self, kind: str, at: datetime) -> None:
        """Checks of the kind are expected from now on; nothing happens if they were before."""
        ...

    async def begin(self, kind: str, at: datetime) -> None:
        """One begins; it is expected too."""
        ...

    async def end(self, end: CheckEnd) -> None:
        """One has ended: what stands is as `after_check` says."""
        ...

    async def add(self, found: Sequence[StandingFinding]) -> None:
        """This stands too, as `after_adding` says."""
        ...


class IntegrityShelf(Protocol):
    """Promise: reads see every change that returned before. Raises StoreError."""

    async def checks(self) -> tuple[CheckStanding, ...]:
        """Of each kind that is expected, by kind."""
        ...

    async def standing(self, limit: int) -> tuple[StandingFinding, ...]:
        """At most `limit`, in the order in which they came to stand."""
        ...


class WholeIntegrityBook(IntegrityBook, IntegrityShelf, Protocol):
    """Both over one storage."""
