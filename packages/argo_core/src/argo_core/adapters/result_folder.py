"""Results kept by the key of what they were computed from."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from argo_core.errors import ConfigError, DataError

_KEY = re.compile(r"[0-9a-f]{64}")
_HASH = hashlib.sha256().digest_size


class ResultFolder:
    """`ports.ResultStore` in a folder, one file for each key: the SHA-256 of the result, then the result. A file that
    does not agree with its hash, after a power failure or on a worn disk, counts as not there; any may be removed at
    any time, since it can be computed again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> bytes | None:
        """See `ports.ResultStore`."""
        try:
            content = self._path(key).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ConfigError(f"{self._folder}: {error.strerror}: results cannot be read there") from error
        result = content[_HASH:]
        return result if content[:_HASH] == hashlib.sha256(result).digest() else None

    def put(self, key: str, result: bytes) -> None:
        """See `ports.ResultStore`. A crash in it leaves the old state and perhaps a file that ends in `.partial`."""
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
            partial.write_bytes(hashlib.sha256(result).digest() + result)
            partial.replace(path)
        except OSError as error:
            raise ConfigError(f"cannot write {path}: {error.strerror}: point ARGO_CACHE_DIR elsewhere") from error

    def _path(self, key: str) -> Path:
        if _KEY.fullmatch(key) is None:
            raise DataError("bad_key", f"{key!r} is no content key: make one with content_key")
        return self._folder / "results" / key[:2] / key
