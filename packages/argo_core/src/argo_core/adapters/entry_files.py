"""The append-only log file: one canonical entry per line, beside the database.

`FIRST.jsonl` begins with entry number FIRST (twelve digits). A file that has grown large is followed by the next and
never touched again; no line is ever rewritten. `checkpoint` is the newest signed note. The table is the truth: after a
crash the files catch up with it; and if it is lost, they rebuild it (`ports.EntrySource`).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from argo_core.errors import StoreError
from argo_core.ports.ledger_reader import LedgerReader

LARGEST_FILE = 16 * 1024 * 1024
_PAGE = 1_000
_DIGITS = 12


class EntryFiles:
    """One writer. `largest_file` in bytes: a file may exceed it by one line."""

    def __init__(self, folder: Path, largest_file: int = LARGEST_FILE) -> None:
        self._folder, self._largest = folder, largest_file
        self._next: int | None = None

    async def catch_up(self, reader: LedgerReader) -> int:
        """Write what the ledger has beyond the last line, then its note; how many entries the files hold.

        Raises StoreError: a file that cannot be written, or that holds more than the ledger does.
        """
        newest = await reader.checkpoint()
        size = 0 if newest is None else newest.size
        if self._next is None:
            self._next = await asyncio.to_thread(self._resume)
        if self._next > size:
            raise StoreError(f"{self._folder} holds {self._next} entries of {size}: run: argo ledger recover")
        grown = self._next < size
        while self._next < size:
            entries = await reader.entries(self._next, min(_PAGE, size - self._next))
            # line of no return: these lines stand. A crash inside leaves a torn last line, which the next start cuts.
            await asyncio.to_thread(self._write, self._next, entries)
            self._next += len(entries)
        if newest is not None and (grown or not (self._folder / "checkpoint").exists()):
            await asyncio.to_thread(_replace, self._folder / "checkpoint", newest.note)
        return self._next

    async def newest(self, origin: str) -> bytes | None:
        """The note beside the files, None if there is none; whose it is, `origin` or not, shows when it is opened."""
        file = self._folder / "checkpoint"
        return await asyncio.to_thread(lambda: file.read_bytes() if file.exists() else None)

    async def entries(self, start: int, limit: int) -> tuple[bytes, ...]:
        """Entries from `start` out of the file that holds it. Raises StoreError."""
        return await asyncio.to_thread(self._read, start, limit)

    def _files(self) -> list[tuple[int, Path]]:
        found = [path for path in self._folder.glob("*.jsonl") if path.stem.isdigit() and len(path.stem) == _DIGITS]
        return sorted((int(path.stem), path) for path in found)

    def _read(self, start: int, limit: int) -> tuple[bytes, ...]:
        holding = [(first, path) for first, path in self._files() if first <= start]
        if not holding:
            return ()
        first, path = holding[-1]
        lines = path.read_bytes().split(b"\n")[:-1]  # what stands behind the last newline is no whole line
        return tuple(lines[start - first : start - first + limit])

    def _resume(self) -> int:
        """The number of the next entry; a torn last line is cut off."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            files = self._files()
            if not files:
                return 0
            first, path = files[-1]
            content = path.read_bytes()
            whole = content.rfind(b"\n") + 1
            if whole < len(content):
                os.truncate(path, whole)
            return first + content.count(b"\n", 0, whole)
        except OSError as error:
            raise StoreError(f"{self._folder}: {error.strerror}: the log's folder must be writable") from error

    def _write(self, first: int, entries: Sequence[bytes]) -> None:
        try:
            while entries:
                path, room = self._current(first)
                taken = 0
                while taken < len(entries) and room > 0:
                    room -= len(entries[taken]) + 1
                    taken += 1
                with path.open("ab") as file:
                    file.write(b"".join(entry + b"\n" for entry in entries[:taken]))
                    file.flush()
                    os.fsync(file.fileno())
                first, entries = first + taken, entries[taken:]
        except OSError as error:
            self._next = None
            raise StoreError(f"{self._folder}: {error.strerror}: make room, it is caught up later") from error

    def _current(self, first: int) -> tuple[Path, int]:
        """The file that entry `first` goes to, and the bytes that it still takes."""
        files = self._files()
        if files:
            room = self._largest - files[-1][1].stat().st_size
            if room > 0:
                return files[-1][1], room
        return self._folder / f"{first:0{_DIGITS}}.jsonl", self._largest


def _replace(path: Path, content: bytes) -> None:
    """Old or new, never half."""
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
