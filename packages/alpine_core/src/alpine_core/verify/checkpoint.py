"""Checkpoints (C2SP tlog-checkpoint): origin, size and root of a log's tree, as a note's text."""

from __future__ import annotations

import msgspec

from alpine_core.errors import NotProven
from alpine_core.verify.merkle import EMPTY_ROOT
from alpine_core.verify.plain_text import read_decimal, read_hash, write_base64


class Checkpoint(msgspec.Struct, frozen=True):
    """`root`: 32 bytes. `extensions`: further lines, which mean nothing here."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The note's text, as `read_checkpoint` reads it."""
        lines = (self.origin, str(self.size), write_base64(self.root), *self.extensions)
        return "".join(line + "\n" for line in lines)


def read_checkpoint(text: str) -> Checkpoint:
    """Raises NotProven `bad_checkpoint`, `bad_decimal`, `bad_base64`, `bad_hash_length`, `bad_empty_root`."""
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() or not all(lines):
        raise NotProven("bad_checkpoint", "a checkpoint is origin, size and root, one a line: send it as signed")
    origin, size, root = lines[0], read_decimal(lines[1]), read_hash(lines[2])
    if size == 0 and root != EMPTY_ROOT:
        raise NotProven("bad_empty_root", "a tree without leaves has one root only")
    return Checkpoint(origin, size, root, tuple(lines[3:]))
