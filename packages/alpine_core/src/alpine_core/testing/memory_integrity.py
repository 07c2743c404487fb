"""The book of integrity checks in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from alpine_core.model.integrity_check import CheckEnd, CheckStanding, StandingFinding, after_adding, after_check


class MemoryIntegrity:
    """`ports.IntegrityBook` and `IntegrityShelf` at once, for one event loop."""

    def __init__(self) -> None:
        self._checks: dict[str, CheckStanding] = {}
        self._standing: tuple[StandingFinding, ...] = ()

    async def expect(self, kind: str, at: datetime) -> None:
        self._checks.setdefault(kind, CheckStanding(kind=kind, since=at))

    async def begin(self, kind: str, at: datetime) -> None:
        await self.expect(kind, at)
        self._checks[kind] = replace(self._checks[kind], began_at=at)

    async def end(self, end: CheckEnd) -> None:
        await self.expect(end.kind, end.finished_at)
        numbers = {"finished_at": end.finished_at, "checked": end.checked, "failed": end.failed}
        self._checks[end.kind] = replace(self._checks[end.kind], **numbers)
        self._standing = after_check(self._standing, end)

    async def add(self, found: Sequence[StandingFinding]) -> None:
        self._standing = after_adding(self._standing, found)

    async def checks(self) -> tuple[CheckStanding, ...]:
        return tuple(self._checks[kind] for kind in sorted(self._checks))

    async def standing(self, limit: int) -> tuple[StandingFinding, ...]:
        return self._standing[:limit]
