"""Where an operator's changes to the terms are kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from alpine_core.model.security_event import SecurityEvent
from alpine_core.model.tier import TermsChange


class TermsShelf(Protocol):
    """Promise: changes are numbered without a gap and never go; reads see every change that returned before; changes
    and their events in the security log are one transaction. Raises StoreError.
    """

    async def changes(self) -> tuple[TermsChange, ...]:
        """All, in the order of their numbers."""
        ...

    async def add(
        self,
        changes: tuple[TermsChange, ...],
        check: Callable[[tuple[TermsChange, ...]], None],
        told: tuple[SecurityEvent, ...] = (),
    ) -> tuple[TermsChange, ...]:
        """Store all, and the events, or none, and answer with every change there is then.

        `check` is given the same before anything is stored, while no other may store; what it raises stores nothing.
        """
        ...
