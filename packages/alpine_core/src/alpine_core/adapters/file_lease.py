"""The lease of those who share a file of one machine."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO


class FileLease:
    """`ports.Lease` as a lock on the file at `path`, which stays where it is; the system frees it with its holder."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: IO[bytes] | None = None

    async def hold(self) -> bool:
        if self._held is None:
            self._held = self._taken()
        return self._held is not None

    async def close(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None

    def _taken(self) -> IO[bytes] | None:
        try:
            handle = self._path.open("ab")
        except OSError:
            return None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            handle.close()
            return None
        return handle
