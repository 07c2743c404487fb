"""The order in which a tree's hashes are kept: each leaf, followed by the subtrees that it completes.

Nothing kept ever changes: a tree of n leaves keeps 2n - popcount(n) hashes, and a larger tree's begin with them.
Source: Crosby, Wallach, Efficient Data Structures for Tamper-Evident Logging, 2009; the order is that of
golang.org/x/mod/sumdb/tlog.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from alpine_core.errors import OurError
from alpine_core.verify.merkle import EMPTY_ROOT, node_hash


def stored_count(size: int) -> int:
    """How many hashes a tree of `size` leaves keeps."""
    return 2 * size - size.bit_count()


def stored_position(level: int, number: int) -> int:
    """Where the hash of the `number`th whole subtree of 2**`level` leaves is kept, from 0."""
    # The subtree is kept `level` places after its last leaf, and that leaf after all that came before it.
    return stored_count(((number + 1) << level) - 1) + level


class Frontier(msgspec.Struct, frozen=True):
    """What of a tree must be at hand to add to it: the roots of its whole subtrees, largest first.

    `roots` has one hash for each bit set in `size`.
    """

    size: int = 0
    roots: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if len(self.roots) != self.size.bit_count():
            raise OurError(f"a tree of {self.size} leaves has {self.size.bit_count()} whole subtrees")

    def extend(self, leaves: list[bytes]) -> tuple[Frontier, list[bytes]]:
        """The larger tree, and the hashes to keep for it, which follow those that are kept."""
        size, roots, kept = self.size, list(self.roots), []
        for leaf in leaves:
            found, completes = leaf, size
            kept.append(found)
            while completes & 1:
                found, completes = node_hash(roots.pop(), found), completes >> 1
                kept.append(found)
            roots.append(found)
            size += 1
        return Frontier(size, tuple(roots)), kept

    @property
    def root(self) -> bytes:
        """The root of the tree (RFC 6962 section 2.1)."""
        return _joined(self.roots) if self.roots else EMPTY_ROOT


def frontier_positions(size: int) -> tuple[int, ...]:
    """Where the hashes of `Frontier.roots` are kept."""
    return _range_positions(0, size)


class ProofPlan(msgspec.Struct, frozen=True):
    """Which kept hashes a proof is made of: each of its hashes is joined from the kept ones at these positions."""

    parts: tuple[tuple[int, ...], ...]

    @property
    def positions(self) -> tuple[int, ...]:
        """All positions that are to be read, ascending, each once."""
        return tuple(sorted({position for part in self.parts for position in part}))

    def build(self, kept: Mapping[int, bytes]) -> tuple[bytes, ...]:
        """The proof, from the hashes at `positions`. Raises KeyError for one that is not there."""
        return tuple(_joined(tuple(kept[position] for position in part)) for part in self.parts)


def root_plan(size: int) -> ProofPlan:
    """Builds one hash, the root of the first `size` leaves; none for size 0, whose root is EMPTY_ROOT."""
    return ProofPlan((_range_positions(0, size),) if size else ())


def inclusion_plan(index: int, size: int) -> ProofPlan:
    """The path of leaf `index` in the tree of `size` leaves (RFC 6962 section 2.1.1). Raises OurError out of range."""
    if not 0 <= index < size:
        raise OurError(f"leaf {index} is not in a tree of {size}")
    low, high, parts = 0, size, []
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            parts.append(_range_positions(middle, high))
            high = middle
        else:
            parts.append(_range_positions(low, middle))
            low = middle
    return ProofPlan(tuple(reversed(parts)))


def consistency_plan(size1: int, size2: int) -> ProofPlan:
    """The proof between two sizes (RFC 6962 section 2.1.2), empty for size 0 and for equal ones.

    Raises OurError unless 0 <= size1 <= size2.
    """
    if not 0 <= size1 <= size2:
        raise OurError(f"a tree of {size1} is no beginning of one of {size2}")
    if size1 in (0, size2):
        return ProofPlan(())
    low, high, parts = 0, size2, []
    while high != size1:
        middle = low + _split(high - low)
        if size1 <= middle:
            parts.append(_range_positions(middle, high))
            high = middle
        else:
            parts.append(_range_positions(low, middle))
            low = middle
    if low:
        # What remains is a whole subtree; where it begins at leaf 0 it is the old root, which the reader has.
        parts.append(_range_positions(low, high))
    return ProofPlan(tuple(reversed(parts)))


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def _range_positions(low: int, high: int) -> tuple[int, ...]:
    """Where the whole subtrees are kept that make up leaves `low` to `high`, largest first; `low` is aligned to it."""
    found = []
    while low < high:
        level = (high - low).bit_length() - 1
        found.append(stored_position(level, low >> level))
        low += 1 << level
    return tuple(found)


def _joined(roots: tuple[bytes, ...]) -> bytes:
    found = roots[-1]
    for left in reversed(roots[:-1]):
        found = node_hash(left, found)
    return found
