"""A generator's share of the symbols, where several generators divide them up."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from argo_core.errors import DataError

MOST = 64
_TEXT = re.compile(r"([1-9][0-9]?)/([1-9][0-9]?)", re.ASCII)
_MARK = re.compile(r"-([1-9][0-9]?)OF([1-9][0-9]?)\Z", re.ASCII)


class Shard(msgspec.Struct, frozen=True):
    """The `index`-th of `of` shares, 1 ≤ `index` ≤ `of` ≤ 64. Raises DataError `bad_shard` for others."""

    index: int = 1
    of: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.index <= self.of <= MOST:
            raise DataError("bad_shard", f"shard {self.index} of {self.of}: count from 1 to of, at most 64")

    @property
    def is_whole(self) -> bool:
        """One generator has all symbols."""
        return self.of == 1

    @property
    def text(self) -> str:
        """For instance `2/3`."""
        return f"{self.index}/{self.of}"

    @property
    def mark(self) -> str:
        """What its cycles' ids end with: `-2OF3`; nothing where there is one generator only."""
        return "" if self.is_whole else f"-{self.index}OF{self.of}"

    def deal(self, universe: Sequence[str]) -> tuple[str, ...]:
        """Its symbols: dealt out in turn like cards, so that shares differ by one symbol at most."""
        return tuple(universe[self.index - 1 :: self.of])

    def owns(self, symbol: str, universe: Sequence[str]) -> bool:
        """Whether signals of `symbol` are its own; those of symbols that are listed no more are the first one's."""
        return symbol in self.deal(universe) or (self.index == 1 and symbol not in universe)


WHOLE = Shard()


def shard_of_text(text: str) -> Shard:
    """What `Shard.text` says. Raises DataError `bad_shard`."""
    found = _TEXT.fullmatch(text)
    if found is None:
        raise DataError("bad_shard", f"{text!r} is no shard: write its number and how many there are, for instance 1/2")
    return Shard(int(found[1]), int(found[2]))


def shard_of_cycle(cycle_id: str) -> Shard:
    """Whose cycle it is."""
    found = _MARK.search(cycle_id)
    return WHOLE if found is None else Shard(int(found[1]), int(found[2]))
