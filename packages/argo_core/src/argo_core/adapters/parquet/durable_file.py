"""Files that are whole or not there, also after the power failed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from argo_core.errors import StoreError

PARTIAL = ".partial"


@contextmanager
def file_errors(path: Path) -> Iterator[None]:
    """Raises StoreError, one line, for what a file system raises."""
    try:
        yield
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror or error}: check the folder of the library") from error


def write_durably(path: Path, content: bytes) -> None:
    """The file holds `content` when this returns. A crash before the rename leaves the old file and one that ends in
    `.partial`; a crash after it the new one. Raises StoreError."""
    with file_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{path.name}.{os.getpid()}{PARTIAL}")
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """The names in a folder are durable when this returns."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
