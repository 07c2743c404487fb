"""Results in memory."""

from __future__ import annotations

import re

from argo_core.errors import DataError


class MemoryResults:
    """`ports.ResultStore` that forgets everything with its process."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        """See `ports.ResultStore`."""
        return self._kept.get(_required(key))

    def put(self, key: str, result: bytes) -> None:
        """See `ports.ResultStore`."""
        self._kept[_required(key)] = result


def _required(key: str) -> str:
    if re.fullmatch(r"[0-9a-f]{64}", key) is None:
        raise DataError("bad_key", f"{key!r} is no content key: make one with content_key")
    return key
