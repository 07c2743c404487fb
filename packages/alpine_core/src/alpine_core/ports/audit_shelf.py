"""Everything that is stored, for looking it over."""

from __future__ import annotations

from typing import Protocol

from alpine_core.model.audit_row import AuditRow, StrayRow


class AuditShelf(Protocol):
    """Promise: no stored row is left out, whoever wrote it and however it looks. Raises StoreError.

    Each call sees one moment; what is stored meanwhile shows at the end.
    """

    async def rows(self, cursor: int, limit: int) -> tuple[AuditRow, ...]:
        """At most `limit` records beyond `cursor`, ascending, each with what is stored under its cursor."""
        ...

    async def strays(self, limit: int) -> tuple[StrayRow, ...]:
        """At most `limit` signals and outcomes without a record."""
        ...
