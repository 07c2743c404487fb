"""A JSON file that is replaced whole, after somebody has looked at what comes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from argo_core.errors import ConfigError


def read_document(path: Path) -> object:
    """What the file says; an empty object where it is broken or gone: to replace it is what it needs."""
    try:
        return msgspec.json.decode(path.read_bytes())
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return {}


@contextmanager
def replacing(path: Path, document: object) -> Iterator[Path]:
    """A file beside it with the document in it, readable by those who could read the file until now. At the end it
    takes the file's place: a crash leaves the old one, and so does an error of whoever looks at it.

    Raises ConfigError where it cannot be written.
    """
    partial = path.with_name(f"{path.name}.new")
    try:
        _write(partial, document, path.stat().st_mode & 0o777 if path.exists() else 0o600)
        yield partial
        partial.replace(path)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}: it stays as it is") from error
    finally:
        partial.unlink(missing_ok=True)


def _write(partial: Path, document: object, mode: int) -> None:
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def owner_of(path: Path) -> str:
    """Who owns the file: who changed it last is not written anywhere. `unknown` where the system knows no name."""
    try:
        return path.owner()
    except (KeyError, OSError):
        return "unknown"
