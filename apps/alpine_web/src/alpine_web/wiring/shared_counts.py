"""Where the workers of one host keep what they count."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import rmtree

from alpine_core.adapters.count_folder import CountFolder
from alpine_web.shared_counts import SharedCounts

PREFIX = "alpine-counts-"


@contextmanager
def counts_folder(base: Path) -> Iterator[Path]:
    """A new folder below `base`, until the block ends; those that killed servers left there go first."""
    for left in base.glob(f"{PREFIX}*"):
        with suppress(OSError), _held(left):
            if any(left.iterdir()):  # one that holds nothing yet may be that of a server that starts now
                rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=base) as name, _held(Path(name)):
        yield Path(name)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Locked as long as the process lives, or a worker that it forked. Raises OSError if another has it."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def counts_in(folder: Path | None, number: int) -> SharedCounts:
    """Of the worker of this number; alone without a folder. Raises StoreError."""
    return SharedCounts(None if folder is None else CountFolder(folder, number))
