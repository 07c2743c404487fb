"""One executor per key: two would each close what the other opened."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from argo_core.errors import ConfigError, StoreError
from argo_core.model.venue_account import Credential

_PURPOSE = b"argo venue key\x00"


@contextmanager
def key_lock(folder: Path, credential: Credential) -> Iterator[None]:
    """Held while the block runs, on a file that is named by a hash of the key and gives nothing of it away.

    It ends with the process that holds it, however it ends; it reaches as far as the folder does, so executors of one
    machine share one. Raises ConfigError at once if another process holds it, StoreError for a folder without access.
    """
    name = hashlib.sha256(_PURPOSE + credential.key_id.encode()).hexdigest()[:32]
    file = folder / f"{name}.key"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = file.open("ab")
    except OSError as error:
        raise StoreError(f"{file}: {error.strerror}: the folder of key locks must be writable") from error
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ConfigError(
                "another executor trades with this key: stop it first, or give this one a key and account of its own"
            ) from error
        yield
