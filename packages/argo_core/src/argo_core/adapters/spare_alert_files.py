"""Alerts that the database could not take, in a file of this process beside it."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import heapq
import itertools
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from argo_core.adapters.durable_file import sync, write_durably
from argo_core.errors import StoreError
from argo_core.model.untold_alert import LeftAlerts, UntoldAlert

MOST_PROCESSES = 64
_OWNER_ONLY, _OWNER_ALL = 0o600, 0o700
_UNTOLD = msgspec.json.Decoder(tuple[UntoldAlert, ...])


class SpareAlertFiles:
    """`ports.AlertSpare`: `NAME.untold-alerts.N.json`, there while something waits. Each process has an `N` of its own,
    locked until it ends, however that ends; what a process left that is gone goes to the next one that starts."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._locks: dict[int, int] = {}

    def load(self) -> LeftAlerts:
        """Never raises: what is wrong is named, and what can be read is there."""
        lists, faults = [], []
        for number in range(MOST_PROCESSES):
            try:
                if self._file(number).exists() and self._lock(number):
                    lists.append(self._read(number))
            except OSError as error:
                faults.append(str(self._unusable(error)))
            except StoreError as error:
                faults.append(str(error))
        found = tuple(heapq.merge(*lists, key=lambda one: one.alert.raised_at))
        try:
            self._look()
            if self._locks:
                self._save(found)
        except StoreError as error:
            faults.append(str(error))
        return LeftAlerts(untold=found, faults=tuple(dict.fromkeys(faults)))

    async def save(self, untold: Sequence[UntoldAlert]) -> None:
        """Raises StoreError."""
        await asyncio.to_thread(self._save, tuple(untold))

    def close(self) -> None:
        """Another process may take what is left."""
        for handle in self._locks.values():
            os.close(handle)
        self._locks.clear()

    def _look(self) -> None:
        """At the start, and not in the outage. Raises StoreError."""
        try:
            self._folder.mkdir(_OWNER_ALL, parents=True, exist_ok=True)
            if not os.access(self._folder, os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, "cannot be written")
        except OSError as error:
            raise self._unusable(error) from error

    def _save(self, untold: tuple[UntoldAlert, ...]) -> None:
        try:
            self._folder.mkdir(_OWNER_ALL, parents=True, exist_ok=True)
            if not self._locks and not any(self._take_free(number) for number in range(MOST_PROCESSES)):
                raise StoreError(f"{self._folder} has {MOST_PROCESSES} files of untold alerts in use: end a process")
            mine, *others = (self._file(number) for number in sorted(self._locks))
            if untold:
                write_durably(mine, msgspec.json.encode(untold))
                mine.chmod(_OWNER_ONLY)
                # A crash before the others are gone: what they hold is told twice.
            for path in (mine, *others) if not untold else others:
                path.unlink(missing_ok=True)
            sync(self._folder)
        except OSError as error:
            raise self._unusable(error) from error

    def _read(self, number: int) -> tuple[UntoldAlert, ...]:
        """Raises StoreError once it is set aside. OSError: it could not be, stays, and is nobody's."""
        path = self._file(number)
        try:
            return _UNTOLD.decode(path.read_bytes())
        except (msgspec.MsgspecError, OSError) as error:
            try:
                aside = next(one for one in _asides(path) if not one.exists())
                path.rename(aside)
            except OSError:
                self._let_go(number)
                raise
            raise StoreError(f"{aside} does not hold alerts: {error}: look at it, then remove it") from error

    def _take_free(self, number: int) -> bool:
        """One that nobody has left something in: that is for the next process that starts."""
        if not self._lock(number):
            return False
        if not self._file(number).exists():
            return True
        self._let_go(number)
        return False

    def _let_go(self, number: int) -> None:
        os.close(self._locks.pop(number))

    def _lock(self, number: int) -> bool:
        handle = os.open(self._file(number).with_suffix(".lock"), os.O_RDWR | os.O_CREAT, _OWNER_ONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._locks[number] = handle
        return True

    def _file(self, number: int) -> Path:
        return self._folder / f"{self._name}.untold-alerts.{number}.json"

    def _unusable(self, error: OSError) -> StoreError:
        return StoreError(f"{self._folder}: {error.strerror or error}: alerts need a folder that may be written")


def _asides(path: Path) -> Iterator[Path]:
    yield path.with_suffix(".unreadable")
    for number in itertools.count(2):
        yield path.with_suffix(f".unreadable.{number}")


@contextmanager
def spare_alert_files(folder: Path, name: str) -> Iterator[SpareAlertFiles]:
    """The files of one process, until the block ends."""
    files = SpareAlertFiles(folder, name)
    try:
        yield files
    finally:
        files.close()
