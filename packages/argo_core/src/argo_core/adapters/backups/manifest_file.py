"""A backup's folder as it lies there: read, and refused by name where it is not what it says."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from argo_core.errors import DataError, StoreError
from argo_core.model.backup import ENTITY, FORM, BackupFile, BackupManifest

MANIFEST, RECORD = "manifest.json", "record.json"


def described(path: Path) -> BackupFile:
    """The file's entry in a manifest. Not for the event loop. Raises OSError."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return BackupFile(name=path.name, bytes=path.stat().st_size, sha256=digest)


def opened_backup(folder: Path) -> BackupManifest:
    """Every file compared with its hash. Not for the event loop.

    Raises DataError: `half_backup`, `bad_manifest`, `other_entity`, `unknown_form`, `changed_file`; StoreError.
    """
    manifest = read_manifest(folder)
    for said in manifest.files:
        path = folder / said.name
        try:
            found = described(path)
        except FileNotFoundError as error:
            raise DataError("half_backup", f"{path} is missing: the backup is half, use another one") from error
        except OSError as error:
            raise StoreError(f"{path}: {error.strerror or error}: make it readable") from error
        if found != said:
            words = (
                f"{path} is not the file that was backed up ({found.bytes:,} of {said.bytes:,} bytes, other content)"
            )
            raise DataError("changed_file", f"{words}: use another copy")
    return manifest


def read_manifest(folder: Path) -> BackupManifest:
    """The manifest alone. Raises DataError, StoreError as `opened_backup`."""
    path = folder / MANIFEST
    try:
        text = path.read_bytes()
    except FileNotFoundError as error:
        raise DataError("half_backup", f"{path} is missing: {folder} is no backup, or half of one") from error
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror or error}: make it readable") from error
    try:
        entity = msgspec.json.decode(text, type=_Head)
        if entity.entity != ENTITY:
            raise DataError(
                "other_entity", f"{path} is a backup of {entity.entity[:40]!r}, not of {ENTITY}: not restored"
            )
        if entity.form != FORM:
            raise DataError("unknown_form", f"{path} has form {entity.form}, this program reads {FORM}")
        manifest = msgspec.json.decode(text, type=BackupManifest)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DataError("bad_manifest", f"{path} cannot be read ({error}): use another copy") from error
    names = [file.name for file in manifest.files]
    if not names or any(Path(name).name != name or name in ("", "..", MANIFEST) for name in names):
        raise DataError("bad_manifest", f"{path} names no files, or files elsewhere: use another copy")
    return manifest


class _Head(msgspec.Struct, frozen=True):
    entity: str
    form: int
