"""Accepted settings in a list."""

from __future__ import annotations

import msgspec

from argo_core.errors import DataError
from argo_core.model.configuration import Accepted
from argo_core.model.query import Page


class MemoryConfigurations:
    """`ConfigurationLog`. For tests, and for nothing else."""

    def __init__(self) -> None:
        self.kept: list[Accepted] = []

    async def append(self, accepted: Accepted) -> Accepted:
        self.kept.append(msgspec.structs.replace(accepted, number=len(self.kept) + 1))
        return self.kept[-1]

    async def history(self, file: str, limit: int, before: int | None = None) -> Page[Accepted]:
        if not 1 <= limit <= 500:
            raise DataError("bad_limit", f"a page of {limit} rows: ask for 1 to 500")
        found = [one for one in reversed(self.kept) if one.file == file and (before is None or one.number < before)]
        more = len(found) > limit
        return Page(items=tuple(found[:limit]), next_before=found[limit - 1].number if more else None)

    async def entry(self, number: int) -> Accepted | None:
        return self.kept[number - 1] if 1 <= number <= len(self.kept) else None
