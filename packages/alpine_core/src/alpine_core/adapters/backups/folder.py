"""One backup's folder: read and refused by name where it is not what it says; files that are whole or not there."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from alpine_core.errors import OperatorError, StoreError
from alpine_core.model.backup import ENTITY, FORM, BackupManifest

MANIFEST, RECORD = "manifest.json", "record.json"


class _Head(msgspec.Struct, frozen=True):
    entity: str
    form: int


def opened(folder: Path) -> BackupManifest:
    """Its file compared with its hash. Raises OperatorError, one line, for what is half, changed or not ours."""
    manifest, path = read_manifest(folder), None
    path = folder / manifest.file
    if not path.is_file():
        raise OperatorError(f"{path} is missing: the backup is half, use another one")
    if (path.stat().st_size, digest(path)) != (manifest.bytes, manifest.sha256):
        raise OperatorError(f"{path} is not the file that was backed up: use another copy")
    return manifest


def read_manifest(folder: Path) -> BackupManifest:
    """The manifest alone. Raises OperatorError."""
    path = folder / MANIFEST
    if not path.is_file():
        raise OperatorError(f"{path} is missing: {folder} is no backup, or half of one")
    try:
        text = path.read_bytes()
        head = msgspec.json.decode(text, type=_Head)
        if head.entity != ENTITY:
            raise OperatorError(f"{path} is a backup of {head.entity[:40]!r}, not of {ENTITY}: it is not restored")
        if head.form != FORM:
            raise OperatorError(f"{path} has form {head.form}, this program reads {FORM}")
        manifest = msgspec.json.decode(text, type=BackupManifest)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise OperatorError(f"{path} cannot be read ({error}): use another copy") from error
    if Path(manifest.file).name != manifest.file or manifest.file in ("", "..", MANIFEST):
        raise OperatorError(f"{path} names a file elsewhere: use another copy")
    return manifest


def digest(path: Path) -> str:
    """SHA-256 in 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_durably(path: Path, content: bytes) -> None:
    """A crash before it returns leaves the earlier file."""
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """On the disk when it returns."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Raises StoreError while another process works there."""
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
