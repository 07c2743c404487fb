"""Files of the library: what fails about them is said in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from argo_core.adapters.durable_file import write_durably
from argo_core.errors import StoreError


@contextmanager
def file_errors(path: Path) -> Iterator[None]:
    """Raises StoreError, one line, for what a file system raises."""
    try:
        yield
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror or error}: check the folder of the library") from error


def keep(path: Path, content: bytes) -> None:
    """The file holds `content` when this returns, its folder is made. Raises StoreError."""
    with file_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_durably(path, content)
