"""Changes to terms that end with the process."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from alpine_core.model.tier import TermsChange


class MemoryTerms:
    """`ports.TermsShelf` in a tuple."""

    def __init__(self) -> None:
        self._changes: tuple[TermsChange, ...] = ()

    async def changes(self) -> tuple[TermsChange, ...]:
        return self._changes

    async def add(
        self, changes: tuple[TermsChange, ...], check: Callable[[tuple[TermsChange, ...]], None]
    ) -> tuple[TermsChange, ...]:
        known = self._changes
        numbered = (msgspec.structs.replace(each, number=len(known) + 1 + at) for at, each in enumerate(changes))
        check(whole := (*known, *numbered))
        self._changes = whole
        return whole
