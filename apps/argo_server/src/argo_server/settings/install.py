"""Writing the one secret that a command may write: the key that producer and distributor share."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

import msgspec

from argo_core.errors import ConfigError

KEY = re.compile(r"[0-9a-f]{64}")


class ChosenKey(msgspec.Struct, frozen=True):
    """`did` says in a word what is done with the key: kept, installed or created."""

    did: str
    key: str


def chosen_key(present: str, key_file: Path | None, *, rotate: bool) -> ChosenKey:
    """The key of `key_file`, else the present one unless `rotate` asks for another, else a new one.

    Raises ConfigError for a file that does not hold 64 hex digits.
    """
    if key_file is not None:
        return ChosenKey("installed", _read_key(key_file))
    if present and not rotate:
        return ChosenKey("kept", present)
    return ChosenKey("created", secrets.token_hex(32))


def _read_key(path: Path) -> str:
    try:
        key = path.read_text("ascii").strip().lower()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read as a key: name a text file with 64 hex digits") from error
    if KEY.fullmatch(key) is None:
        raise ConfigError(f"{path} does not hold 64 hex digits: copy the distributor's key into it")
    return key


def install_key(path: Path, key: str) -> None:
    """Put the key under alpine.api_key of the configuration file, readable by its owner only.

    The file is replaced whole: a crash leaves the old one. Raises ConfigError for a file that is not a JSON object.
    """
    try:
        document = msgspec.json.decode(path.read_bytes()) if path.exists() else {}
        section = document.setdefault("alpine", {})
        section["api_key"] = key
    except (OSError, msgspec.DecodeError, AttributeError, TypeError) as error:
        raise ConfigError(f"{path}: the key cannot be written: make it a readable JSON object: {error}") from error
    partial = path.with_name(f"{path.name}.new")
    try:
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}: the key was not installed") from error
