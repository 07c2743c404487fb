"""Tiles and entry bundles (C2SP tlog-tiles): the log as files that can be cached for ever."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import msgspec

from alpine_core.errors import NotProven
from alpine_core.verify.stored_hashes import stored_position

TILE_WIDTH = 256
_HEIGHT = 8
LARGEST_ENTRY = 65_535
_HIGHEST_LEVEL = 63
_PATH = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*)([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


class Tile(msgspec.Struct, frozen=True):
    """`level` None is a bundle of entries, else 0 to 63; `number` counts tiles of 256; `width` is 1 to 256."""

    level: int | None
    number: int
    width: int

    @property
    def path(self) -> str:
        """`tile/<L>/<NNN>[.p/<W>]` or `tile/entries/…`, as `read_tile_path` reads it."""
        groups = f"{self.number % 1000:03d}"
        rest = self.number // 1000
        while rest:
            groups = f"x{rest % 1000:03d}/{groups}"
            rest //= 1000
        part = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{'entries' if self.level is None else self.level}/{groups}{part}"

    def is_within(self, size: int) -> bool:
        """Whether a log of `size` entries has all of this tile."""
        height = _HEIGHT * (self.level or 0)
        return self.number * TILE_WIDTH + self.width <= size >> height

    @property
    def first(self) -> int:
        """The number of its first hash on its level, or of its first entry."""
        return self.number * TILE_WIDTH

    @property
    def positions(self) -> tuple[int, ...]:
        """Where the tile's hashes are kept (`stored_position`); empty for a bundle."""
        if self.level is None:
            return ()
        level = _HEIGHT * self.level
        return tuple(stored_position(level, self.first + place) for place in range(self.width))

    def hashes(self, kept: Mapping[int, bytes]) -> bytes:
        """The tile's bytes, from the hashes at `positions`. Raises KeyError for one that is not there."""
        return b"".join(kept[position] for position in self.positions)


def read_tile_path(path: str) -> Tile:
    """Raises NotProven `bad_tile_path`."""
    found = _PATH.fullmatch(path)
    if found is None:
        raise NotProven("bad_tile_path", "a tile's path is tile/L/NNN or tile/entries/NNN, with .p/W if it is partial")
    level, groups, last, width = found.groups()
    tile = Tile(
        None if level == "entries" else int(level),
        int(groups.replace("x", "").replace("/", "") + last),
        TILE_WIDTH if width is None else int(width),
    )
    if tile.path != path or (tile.level or 0) > _HIGHEST_LEVEL or tile.width > TILE_WIDTH:
        raise NotProven("bad_tile_path", "a tile's path has one spelling: no leading groups of zeros, widths below 256")
    return tile


def tiles_of(size: int) -> tuple[Tile, ...]:
    """The tiles that a log of `size` entries has, but for the full ones of level 0: partial ones, and all above."""
    found, level, count = [], 0, size
    while count:
        for number in range(count // TILE_WIDTH if level else 0):
            found.append(Tile(level, number, TILE_WIDTH))
        if count % TILE_WIDTH:
            found.append(Tile(level, count // TILE_WIDTH, count % TILE_WIDTH))
        level, count = level + 1, count // TILE_WIDTH
    return tuple(found)


def write_bundle(entries: Sequence[bytes]) -> bytes:
    """Entries, each after its length in two bytes. Raises NotProven `entry_too_large` above 65,535 bytes."""
    if any(len(entry) > LARGEST_ENTRY for entry in entries):
        raise NotProven("entry_too_large", f"an entry has at most {LARGEST_ENTRY} bytes")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def read_bundle(data: bytes) -> tuple[bytes, ...]:
    """Raises NotProven `bad_bundle` where the bytes end within an entry."""
    found, at = [], 0
    while at < len(data):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        if start > len(data) or at > len(data):
            raise NotProven("bad_bundle", "a bundle ends within an entry: fetch it again")
        found.append(data[start:at])
    return tuple(found)
