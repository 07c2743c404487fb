"""Alerts that the storage could not take, in a file."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import msgspec

from alpine_core.errors import StoreError
from alpine_core.model.alert_delivery import KeptAlert

_OWNER_ONLY = 0o600
_KEPT = msgspec.json.Decoder(tuple[KeptAlert, ...])


class SpareFile:
    """`ports.SparePlace`: there while something waits. Beside it lies a `.lock`, which who holds it has locked."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock: int | None = None

    def hold(self) -> bool:
        if self._lock is not None:
            return True
        try:
            lock = os.open(self._path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, _OWNER_ONLY)
        except OSError as error:
            raise StoreError(f"{self._path} cannot be held: {error}") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return False
        except OSError as error:
            os.close(lock)
            raise StoreError(f"{self._path} cannot be held: {error}") from error
        self._lock = lock  # open, and so ours, until the process ends
        return True

    def load(self) -> tuple[KeptAlert, ...]:
        try:
            return _KEPT.decode(self._path.read_bytes())
        except FileNotFoundError:
            return ()
        except msgspec.MsgspecError as error:
            aside = self._set_aside()
            raise StoreError(f"{self._path} cannot be read: {error}: it was set aside as {aside}") from error
        except OSError as error:
            raise StoreError(f"{self._path} cannot be read: {error}") from error

    def save(self, kept: tuple[KeptAlert, ...]) -> None:
        try:
            if kept:
                self._write(msgspec.json.encode(kept))
            else:
                self._path.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"{self._path} cannot be written: {error}") from error

    def _set_aside(self) -> Path:
        """A damaged one, so that the next that is saved does not write over it."""
        number = 1
        while (aside := self._path.with_suffix(f".damaged-{number}")).exists():
            number += 1
        try:
            self._path.replace(aside)
        except OSError as error:
            raise StoreError(f"{self._path} cannot be read, and not be moved to {aside}: {error}") from error
        return aside

    def _write(self, content: bytes) -> None:
        draft = self._path.with_suffix(f".{os.getpid()}.part")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # Whole or not at all: a crash before leaves a `.part`, which the next one of this number writes anew.
        draft.replace(self._path)
