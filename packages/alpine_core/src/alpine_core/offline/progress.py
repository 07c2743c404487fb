"""Tells on standard error how far a long verification is."""

from __future__ import annotations

import sys
import time

QUIET_SECONDS = 2.0


class Progress:
    """Silent for two seconds; then one line that is overwritten, or on no terminal one line each two seconds."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._next = time.monotonic() + QUIET_SECONDS
        self._shown = False

    def __call__(self, read: int) -> None:
        """So many entries are done."""
        if time.monotonic() < self._next:
            return
        terminal = sys.stderr.isatty()
        self._next = time.monotonic() + (0.1 if terminal else QUIET_SECONDS)
        start, end = ("\r", "") if terminal else ("", "\n")
        sys.stderr.write(f"{start}{read:,} of {self._total:,} entries{end}")
        sys.stderr.flush()
        self._shown = terminal

    def close(self) -> None:
        """End the line."""
        if self._shown:
            sys.stderr.write("\n")
