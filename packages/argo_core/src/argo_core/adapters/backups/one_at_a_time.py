"""One process at a time among the files of backups."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from argo_core.errors import StoreError


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Held while the block runs; it ends with the process, however that ends. Raises StoreError if another holds it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = (folder / ".lock").open("ab")
    except OSError as error:
        raise StoreError(f"{folder}: {error.strerror or error}: name a folder that may be written") from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreError(f"another backup works in {folder}: wait until it has ended") from error
        yield
