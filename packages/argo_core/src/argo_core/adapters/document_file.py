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
    """A file beside it with the document in it, owned and readable as the file is until now. At the end it takes the
    file's place: a crash leaves the old one, and so does an error of whoever looks at it.

    Raises ConfigError where it cannot be written.
    """
    partial = path.with_name(f"{path.name}.new")
    try:
        partial.unlink(missing_ok=True)
        _write(partial, msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n", path, 0o777)
        yield partial
        partial.replace(path)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}: it stays as it is") from error
    finally:
        partial.unlink(missing_ok=True)


def keep_beside(path: Path) -> Path | None:
    """A copy of the file as it is, for its owner alone, under the first free name: no earlier copy is overwritten.
    None where there is no file. Raises ConfigError, OSError."""
    if not path.exists():
        return None
    number = 1
    while (kept := path.with_name(f"{path.name}.replaced-{number}")).exists():
        number += 1
    _write(kept, path.read_bytes(), path, 0o600)
    return kept


def _write(target: Path, content: bytes, like: Path, mode: int) -> None:
    """A new file with the owner and group of `like`, and of its mode what `mode` lets through; whoever writes owns it,
    alone, where `like` is not there."""
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        if like.exists():
            _own_like(handle, like)
            os.fchmod(handle, like.stat().st_mode & mode)
        file.write(content)
        file.flush()
        os.fsync(handle)


def _own_like(handle: int, like: Path) -> None:
    held, wanted = os.fstat(handle), like.stat()
    if (held.st_uid, held.st_gid) == (wanted.st_uid, wanted.st_gid):
        return
    try:
        os.fchown(handle, wanted.st_uid, wanted.st_gid)
    except PermissionError as error:
        raise ConfigError(f"{like} belongs to {owner_of(like)}: run this as that user; it stays as it is") from error


def owner_of(path: Path) -> str:
    """Who owns the file: who changed it last is not written anywhere. `unknown` where the system knows no name."""
    try:
        return path.owner()
    except (KeyError, OSError):
        return "unknown"
