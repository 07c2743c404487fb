"""How busy a process's connections to its database are."""

from __future__ import annotations

import msgspec


class DatabaseUse(msgspec.Struct, frozen=True, kw_only=True):
    """`in_use` of `size` pooled connections now. Statements that were compiled before (`cache_hits`) and those that had
    to be compiled (`cache_misses`), since the process started."""

    size: int
    in_use: int
    cache_hits: int
    cache_misses: int
