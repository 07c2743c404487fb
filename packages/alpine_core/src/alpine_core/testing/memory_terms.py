"""Changes to terms that end with the process."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from alpine_core.model.security_event import SecurityEvent
from alpine_core.model.tier import TermsChange
from alpine_core.testing.memory_security_log import MemorySecurityLog


class MemoryTerms:
    """`ports.TermsShelf` in a tuple; what happens is told to `log`."""

    def __init__(self, log: MemorySecurityLog | None = None) -> None:
        self._changes: tuple[TermsChange, ...] = ()
        self.log = log or MemorySecurityLog()

    async def changes(self) -> tuple[TermsChange, ...]:
        return self._changes

    async def add(
        self,
        changes: tuple[TermsChange, ...],
        check: Callable[[tuple[TermsChange, ...]], None],
        told: tuple[SecurityEvent, ...] = (),
    ) -> tuple[TermsChange, ...]:
        known = self._changes
        numbered = (msgspec.structs.replace(each, number=len(known) + 1 + at) for at, each in enumerate(changes))
        check(whole := (*known, *numbered))
        self._changes = whole
        for each in told:
            self.log.add(each)
        return whole
