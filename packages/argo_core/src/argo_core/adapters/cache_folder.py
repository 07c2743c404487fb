"""What can go wrong with a folder of derived files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from argo_core.errors import ConfigError


@contextmanager
def cache_errors(file: Path) -> Iterator[None]:
    """Raises ConfigError, one line, where a derived file cannot be written."""
    try:
        yield
    except OSError as error:
        raise ConfigError(
            f"cannot write {file}: {error.strerror}: point ARGO_CACHE_DIR at a writable folder"
        ) from error
