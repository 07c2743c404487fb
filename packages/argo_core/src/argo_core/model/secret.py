"""A secret as a store keeps it, and where the one that is in force was found."""

from __future__ import annotations

from datetime import datetime

import msgspec

MASK = "••••"


class StoredSecret(msgspec.Struct, frozen=True, kw_only=True):
    """`created_at`: when this value became the current one. Shows everything but the value."""

    name: str
    value: str
    created_at: datetime

    def __repr__(self) -> str:
        return f"StoredSecret(name={self.name!r}, value={MASK!r}, created_at={self.created_at.isoformat()})"


class SecretFound(msgspec.Struct, frozen=True, kw_only=True):
    """Where a secret was found, never what it is. `variable` carries it into a process, `name` is its name in the
    store; `where`: `secrets manager`, `environment`, `file` or `not set`. `since`: when it was put there, None where
    that cannot be known."""

    variable: str
    name: str
    where: str
    since: datetime | None
