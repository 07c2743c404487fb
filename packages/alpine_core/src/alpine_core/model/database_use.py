"""How many of a database's connections are at work."""

from __future__ import annotations

import msgspec


class DatabaseUse(msgspec.Struct, frozen=True, kw_only=True):
    """Of `size` connections that may read, `in_use` are at work now."""

    size: int
    in_use: int
