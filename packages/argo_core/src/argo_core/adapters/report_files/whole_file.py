"""A file is written whole or not at all."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from argo_core.errors import ConfigError


def write_whole(file: Path, content: bytes) -> None:
    """Beside its place first, then moved there: a crash leaves the earlier file. Raises ConfigError."""
    partial = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        partial.replace(file)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise ConfigError(f"{file} cannot be written: {error.strerror}: name another place") from error
