"""Files of backups that are whole or not there, also after the power failed; and one process at a time among them."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from argo_core.errors import StoreError


def write_durably(path: Path, content: bytes) -> None:
    """The file holds `content` when this returns; a crash before leaves the earlier one. Raises OSError."""
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """A file's content, or the names in a folder, are on the disk when this returns. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


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
