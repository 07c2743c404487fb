"""The counts of a host's workers as files, one for each worker's place."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import rmtree

import msgspec

from alpine_core.errors import StoreError
from alpine_core.model.worker_counts import WorkerCounts, all_counts

PREFIX = "alpine-counts-"
_COUNTS = msgspec.json.Decoder(WorkerCounts)


class CountFolder:
    """`ports.CountPlace`: `number` is this worker's place, which one process has at a time. Not thread-safe.

    Whoever tells a count has written it before: so what any worker tells never falls. A file of a process that has
    ended counts for what it had done, not for what it was doing.
    """

    def __init__(self, folder: Path, number: int) -> None:
        self._folder, self._path = folder, folder / f"{number}.json"
        former = self._read(self._path)
        self._former = () if former is None else (former.lasting(),)

    def share(self, own: WorkerCounts) -> WorkerCounts:
        ours = all_counts(own.pid, (own, *self._former))
        draft = self._path.with_suffix(".part")
        try:
            draft.write_bytes(msgspec.json.encode(ours))
            draft.replace(self._path)  # whole or not at all: a crash before leaves what was there
            return self._with_others(ours)
        except OSError as error:
            raise StoreError(f"the counts of the workers cannot be shared in {self._folder}: {error}") from error

    def known(self, own: WorkerCounts) -> WorkerCounts:
        ours = all_counts(own.pid, (own, *self._former))
        try:
            return self._with_others(ours)
        except (OSError, StoreError):
            return ours

    def _with_others(self, ours: WorkerCounts) -> WorkerCounts:
        paths = [path for path in sorted(self._folder.glob("*.json")) if path != self._path]
        others = [each for path in paths if (each := self._read(path)) is not None]
        return all_counts(ours.pid, [ours, *(one if _lives(one.pid) else one.lasting() for one in others)])

    def _read(self, path: Path) -> WorkerCounts | None:
        try:
            return _COUNTS.decode(path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, msgspec.MsgspecError) as error:
            raise StoreError(f"{path} cannot be read: {error}") from error


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


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
