"""The log's signing keys: one file each, readable by its owner only, never in a database."""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections.abc import Callable
from pathlib import Path

from argo_core.errors import ConfigError, DataError
from argo_core.ledger.note_key import SigningKey, parse_skey

FIRST = "log.key"
NAME = re.compile(r"log(?:-([1-9][0-9]{0,3}))?\.key")
PENDING, RETIRED = ".pending", ".retired"
OTHERS = stat.S_IRWXG | stat.S_IRWXO
SEED_BYTES = 32


def active_keys(folder: Path, origin: str) -> tuple[SigningKey, ...]:
    """Every key that signs, the oldest first; empty if there is none.

    Raises ConfigError for a file that others may read, that is damaged, or that holds a key of another name.
    """
    return tuple(_read(path, origin) for path in _files(folder))


def first_key(folder: Path, origin: str) -> SigningKey:
    """A new key as `log.key`. Raises ConfigError if it cannot be written, or is there already."""
    return _create(folder / FIRST, origin)


def pending_key(folder: Path, origin: str) -> SigningKey:
    """The key that a rotation has begun with, else a new one. It does not sign on its own until `promote_pending`."""
    path = _next_file(folder).with_suffix(f".key{PENDING}")
    return _read(path, origin) if path.exists() else _create(path, origin)


def promote_pending(folder: Path) -> Path:
    """The pending key signs from now on. Returns its file."""
    path = _next_file(folder)
    _rename(path.with_suffix(f".key{PENDING}"), path)
    return path


def retire_key(folder: Path, origin: str, vkey: str) -> Path:
    """The key with this vkey does not sign any more; its file is kept under another name. Raises ConfigError."""
    for path in _files(folder):
        if _read(path, origin).verifier.vkey == vkey:
            retired = path.with_name(path.name + RETIRED)
            _rename(path, retired)
            return retired
    raise ConfigError(f"no active key in {folder} has that vkey: list them with: argo ledger key")


def _files(folder: Path) -> list[Path]:
    found = [(int(match[1] or 1), path) for path in _listed(folder) if (match := NAME.fullmatch(path.name))]
    return [path for _, path in sorted(found)]


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ConfigError(f"{folder}: {error.strerror}: the log's keys must be readable by this user") from error


def _next_file(folder: Path) -> Path:
    """A number that no key has had: a retired one is not reused."""
    names = [path.name.removesuffix(RETIRED) for path in _listed(folder)]
    numbers = [int(match[1] or 1) for match in map(NAME.fullmatch, names) if match]
    number = max(numbers, default=0) + 1
    return folder / (FIRST if number == 1 else f"log-{number}.key")


def _create(path: Path, origin: str) -> SigningKey:
    key = _made(lambda: SigningKey(origin, secrets.token_bytes(SEED_BYTES)), path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(f"{key.skey}\n")
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(path.parent)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}: the log's key cannot be made there") from error
    return key


def _read(path: Path, origin: str) -> SigningKey:
    try:
        mode = path.stat().st_mode
        line = path.read_text("ascii").rstrip("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read as a key: restore it from its backup") from error
    if mode & OTHERS:
        raise ConfigError(f"{path} is open to other users: run chmod 600 {path}, and think whether it was copied")
    key = _made(lambda: parse_skey(line), path)
    if key.name != origin:
        raise ConfigError(f"{path} is the key of {key.name}, not of ledger.origin {origin}: set one of the two right")
    return key


def _made(make: Callable[[], SigningKey], path: Path) -> SigningKey:
    try:
        return make()
    except DataError as error:
        # Not the cause: a traceback could show the line.
        raise ConfigError(f"{path}: {error}") from None


def _rename(path: Path, other: Path) -> None:
    try:
        path.rename(other)
        _sync_folder(path.parent)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}: the key's file cannot be renamed") from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
