"""Writing the one secret that a command may write: the key that producer and distributor share."""

from __future__ import annotations

import os
import re
from pathlib import Path

import msgspec

from argo_core.errors import ConfigError

KEY = re.compile(r"[0-9a-f]{64}")


def require_key(text: str) -> str:
    """The key in lower case. Raises ConfigError unless it is 64 hex digits."""
    key = text.strip().lower()
    if KEY.fullmatch(key) is None:
        raise ConfigError("the key must be 64 hex digits: leave it out to have one made, or copy the distributor's")
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
