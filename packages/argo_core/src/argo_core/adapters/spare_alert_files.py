"""Alerts that the database could not take, in a file of this process beside it."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from argo_core.adapters.durable_file import sync, write_durably
from argo_core.errors import StoreError
from argo_core.model.untold_alert import UntoldAlert

MOST_PROCESSES = 64
_OWNER_ONLY = 0o600
_UNTOLD = msgspec.json.Decoder(tuple[UntoldAlert, ...])


class SpareAlertFiles:
    """`ports.AlertSpare`: `NAME.untold-alerts.N.json`, there while something waits. Each process has an `N` of its own,
    locked until it ends, however that ends; what a process left that is gone goes to the next one that starts."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._locks: dict[int, int] = {}

    def load(self) -> tuple[UntoldAlert, ...]:
        """Raises StoreError for a file that cannot be read: it is set aside, and what the others hold stays there."""
        found: list[UntoldAlert] = []
        try:
            left = [number for number in range(MOST_PROCESSES) if self._file(number).exists() and self._lock(number)]
            for number in left:
                found += self._read(self._file(number))
            if left:
                write_durably(self._file(left[0]), msgspec.json.encode(found))
            for number in left[1:]:
                self._file(number).unlink()
        except OSError as error:
            raise self._unusable(error) from error
        return tuple(found)

    async def save(self, untold: Sequence[UntoldAlert]) -> None:
        """Raises StoreError."""
        await asyncio.to_thread(self._save, tuple(untold))

    def close(self) -> None:
        """Another process may take what is left."""
        for handle in self._locks.values():
            os.close(handle)
        self._locks.clear()

    def _save(self, untold: tuple[UntoldAlert, ...]) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if not self._locks and not any(self._lock(number) for number in range(MOST_PROCESSES)):
                raise StoreError(f"{self._folder} has {MOST_PROCESSES} files of untold alerts in use: end a process")
            mine = self._file(min(self._locks))
            if untold:
                write_durably(mine, msgspec.json.encode(untold))
                mine.chmod(_OWNER_ONLY)
            elif mine.exists():
                mine.unlink()
                sync(self._folder)
        except OSError as error:
            raise self._unusable(error) from error

    def _read(self, path: Path) -> tuple[UntoldAlert, ...]:
        try:
            return _UNTOLD.decode(path.read_bytes())
        except msgspec.MsgspecError as error:
            aside = path.with_suffix(".unreadable")
            path.replace(aside)
            raise StoreError(f"{aside} does not hold alerts: {error}: look at it, then remove it") from error

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


@contextmanager
def spare_alert_files(folder: Path, name: str) -> Iterator[SpareAlertFiles]:
    """The files of one process, until the block ends."""
    files = SpareAlertFiles(folder, name)
    try:
        yield files
    finally:
        files.close()
