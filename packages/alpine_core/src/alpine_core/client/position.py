"""Where a reader stands, kept between two runs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from alpine_core.errors import OperatorError, ReaderError
from alpine_core.model.position import Position


class KeptPosition(Protocol):
    """Promise: `load` gives what was saved last, None before the first."""

    def load(self) -> str | None: ...

    def save(self, position: str) -> None:
        """Called after the caller has taken what stands there: what was not saved comes again."""
        ...


class MemoryPosition:
    """For one run. `position`: where to begin; None: with what comes next, `0`: at the beginning."""

    def __init__(self, position: str | None = None) -> None:
        self.position = position

    def load(self) -> str | None:
        return self.position

    def save(self, position: str) -> None:
        self.position = position


class FilePosition:
    """In a file, which is replaced whole. `start` is where to begin while there is none."""

    def __init__(self, path: Path, start: str | None = None) -> None:
        self._path, self._start = path, start

    def load(self) -> str | None:
        """Raises OperatorError for a file that holds something else."""
        try:
            text = self._path.read_text("ascii").strip()
            return str(Position.parse(text))
        except FileNotFoundError:
            return self._start
        except (OSError, UnicodeDecodeError, ReaderError) as error:
            raise OperatorError(f"{self._path}: no position can be read from it: {error}") from None

    def save(self, position: str) -> None:
        """Raises OperatorError."""
        draft = self._path.with_name(f"{self._path.name}.new")
        try:
            with draft.open("w", encoding="ascii") as file:
                file.write(f"{position}\n")
                file.flush()
                os.fsync(file.fileno())
            # A crash before this line leaves the older position: what came since comes again.
            draft.replace(self._path)
        except OSError as error:
            raise OperatorError(f"{self._path}: the position cannot be kept: {error.strerror}") from None
