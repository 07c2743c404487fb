"""Where a subscriber stands in the sequence of records."""

from __future__ import annotations

import re
from typing import NamedTuple

from alpine_core.errors import ReaderError

_TEXT = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,15}))?")


class Position(NamedTuple):
    """Two cursors: everything live up to `live`, and everything delayed up to `delayed`, has been seen.

    A tier that sees everything at once has both equal and writes one number; parse and format are a pair.
    """

    live: int
    delayed: int

    @classmethod
    def parse(cls, text: str) -> Position:
        """From `n` (everything after cursor n) or `live.delayed`. Raises ReaderError for anything else."""
        found = _TEXT.fullmatch(text)
        if found is None:
            raise ReaderError("position: give a number, or two with a point between, as an event's id has them")
        live = int(found[1])
        return cls(live, live if found[2] is None else int(found[2]))

    def __str__(self) -> str:
        return str(self.live) if self.live == self.delayed else f"{self.live}.{self.delayed}"

    def covers(self, other: Position) -> bool:
        """Whether everything seen at `other` has been seen here."""
        return self.live >= other.live and self.delayed >= other.delayed
