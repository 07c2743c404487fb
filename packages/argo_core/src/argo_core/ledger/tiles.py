"""C2SP tlog-tiles: the log cut into pieces of 256 hashes and of 256 entries, each under a path of its own.

Tiles are derived data: each is read from stored hashes or entries when it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from argo_core.ledger.ledger_error import LedgerError
from argo_core.ledger.stored_hashes import stored_position

TILE_WIDTH: Final = 256
TILE_HEIGHT: Final = 8
MAX_LEVEL: Final = 63
MAX_ENTRY_BYTES: Final = 65_535
_LENGTH_BYTES: Final = 2
_PATH: Final = re.compile(
    r"tile/(?P<level>0|[1-9][0-9]?|entries)/(?P<n>(?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True)
class Tile:
    """Tile `n` of `level` (None: the entries). `width` 256 is a full tile, which never changes; fewer a partial one."""

    level: int | None
    n: int
    width: int = TILE_WIDTH

    @property
    def path(self) -> str:
        """`tile/LEVEL/NNN` or `tile/entries/NNN`, with `.p/WIDTH` for a partial one. Inverse of `parse_tile_path`."""
        level = "entries" if self.level is None else str(self.level)
        partial = "" if self.full else f".p/{self.width}"
        return f"tile/{level}/{_number_path(self.n)}{partial}"

    @property
    def full(self) -> bool:
        return self.width == TILE_WIDTH

    @property
    def start(self) -> int:
        """The first hash, on the tile's level, or entry."""
        return self.n * TILE_WIDTH

    def exists(self, size: int) -> bool:
        """Whether a log of `size` entries has this tile, or had it at an earlier size."""
        height = 0 if self.level is None else self.level * TILE_HEIGHT
        return self.start + self.width <= size >> height

    @property
    def positions(self) -> tuple[int, ...]:
        """Where the hashes of a hash tile are stored, in the order of the tile; none for entries."""
        if self.level is None:
            return ()
        height = self.level * TILE_HEIGHT
        return tuple(stored_position(height, self.start + place) for place in range(self.width))


def parse_tile_path(path: str) -> Tile | None:
    """The tile that a path names; None for any other path, also for a longer spelling of the same number."""
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    level = None if match["level"] == "entries" else int(match["level"])
    n = int(match["n"].replace("x", "").replace("/", ""))
    width = TILE_WIDTH if match["width"] is None else int(match["width"])
    tile = Tile(level, n, width)
    return tile if tile.path == path and (level or 0) <= MAX_LEVEL and width <= TILE_WIDTH else None


def tiles_of(size: int) -> Iterator[Tile]:
    """Every hash tile of a log of `size` entries: level by level, the full ones and then the partial one."""
    level = 0
    while size:
        full, rest = divmod(size, TILE_WIDTH)
        yield from (Tile(level, n) for n in range(full))
        if rest:
            yield Tile(level, full, rest)
        size, level = full, level + 1


def bundle_of(entries: Sequence[bytes]) -> bytes:
    """An entry bundle: each entry behind its length in two bytes, most significant first."""
    return b"".join(len(entry).to_bytes(_LENGTH_BYTES, "big") + entry for entry in entries)


def parse_bundle(data: bytes, count: int) -> list[bytes]:
    """The `count` entries of a bundle. Raises LedgerError `bad_bundle` for more, fewer or a piece of one."""
    entries: list[bytes] = []
    place = 0
    for _ in range(count):
        start = place + _LENGTH_BYTES
        end = start + int.from_bytes(data[place:start], "big")
        if start > len(data) or end > len(data):
            raise LedgerError("bad_bundle", f"the bundle ends within entry {len(entries)}")
        entries.append(data[start:end])
        place = end
    if place != len(data):
        raise LedgerError("bad_bundle", f"the bundle holds more than {count} entries")
    return entries


def _number_path(n: int) -> str:
    groups = [f"{n % 1000:03}"]
    while n >= 1000:  # C2SP tlog-tiles: groups of three digits, all but the last marked with an x
        n //= 1000
        groups.insert(0, f"x{n % 1000:03}")
    return "/".join(groups)
