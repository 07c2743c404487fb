"""Results that need not be computed again."""

from __future__ import annotations

from typing import Protocol


class ResultStore(Protocol):
    """Promise: what `get` answers was put under this very key, whole; None if nothing was, or it was thrown away since.
    A key is a content key (64 hex digits), never a name or a date range. Any thread or process, the last word counts.
    Raises DataError `bad_key`, ConfigError where the storage fails.
    """

    def get(self, key: str) -> bytes | None: ...

    def put(self, key: str, result: bytes) -> None: ...
