"""Where the hash of each complete subtree is kept: Crosby and Wallach's order, as `golang.org/x/mod/sumdb/tlog` has it.

Behind the hash of each leaf come the hashes of the subtrees that it completes. So the file of hashes only grows, and a
log of n entries has 2n - popcount(n) of them, of which any proof needs at most about 2 log2(n).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from argo_core.errors import InvariantError
from argo_core.ledger.ledger_error import LedgerError
from argo_core.ledger.merkle import EMPTY_ROOT, node_hash

Node = tuple[int, int]
"""(level, n): the subtree over the leaves n * 2**level up to (n + 1) * 2**level."""


def stored_count(size: int) -> int:
    """How many hashes a log of `size` entries has stored."""
    return 2 * size - size.bit_count()


def stored_position(level: int, n: int) -> int:
    """The place, from 0, of the hash of node (`level`, `n`)."""
    leaf = ((n + 1) << level) - 1
    return 2 * leaf - leaf.bit_count() + level


def nodes_of(start: int, end: int) -> list[Node]:
    """The largest complete subtrees that together cover the leaves `start` up to `end`, from the left."""
    nodes: list[Node] = []
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over neighbouring subtrees, largest first (RFC 6962 section 2.1); that of nothing is SHA-256 of it."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


class ProofPlan:
    """Which stored hashes a proof is made of. Each step of the proof is the root over a range of leaves."""

    __slots__ = ("_steps",)

    def __init__(self, ranges: Sequence[tuple[int, int]]) -> None:
        self._steps = [nodes_of(start, end) for start, end in ranges]

    @property
    def positions(self) -> tuple[int, ...]:
        """The stored hashes to read, in ascending order."""
        return tuple(sorted(stored_position(level, n) for step in self._steps for level, n in step))

    def proof(self, hashes: Mapping[int, bytes]) -> tuple[bytes, ...]:
        """The proof, from the hashes at `positions`. Raises InvariantError if one of them is missing."""
        try:
            return tuple(fold([hashes[stored_position(level, n)] for level, n in step]) for step in self._steps)
        except KeyError as error:
            raise InvariantError(f"the stored hash {error.args[0]} is missing: the log's hashes have a gap") from error

    def proof_of_nodes(self, hashes: Mapping[Node, bytes]) -> tuple[bytes, ...]:
        """The proof, from hashes by node."""
        return tuple(fold([hashes[node] for node in step]) for step in self._steps)


def root_plan(size: int) -> ProofPlan:
    """For the root of the first `size` entries: a proof of one step."""
    return ProofPlan([(0, size)])


def inclusion_plan(index: int, size: int) -> ProofPlan:
    """For PATH(index, D[size]) of RFC 6962 section 2.1.1. Raises LedgerError `bad_proof` outside the log."""
    if not 0 <= index < size:
        raise LedgerError("bad_proof", f"index {index} lies outside a log of {size} entries")
    ranges: list[tuple[int, int]] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ProofPlan(ranges[::-1])


def consistency_plan(old: int, new: int) -> ProofPlan:
    """For PROOF(old, D[new]) of RFC 6962 section 2.1.2; empty from 0. Raises LedgerError `bad_consistency`."""
    if not 0 <= old <= new:
        raise LedgerError("bad_consistency", f"a log of {new} entries cannot follow one of {old}")
    return ProofPlan([] if old in (0, new) else list(_consistency_ranges(old, new))[::-1])


def _consistency_ranges(old: int, new: int) -> Iterator[tuple[int, int]]:
    start, end = 0, new
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            yield middle, end
            end = middle
        else:
            yield start, middle
            start = middle
    if start:
        yield start, end


def _split(count: int) -> int:
    """The largest power of two below `count` (RFC 6962 section 2.1: k)."""
    return 1 << ((count - 1).bit_length() - 1)
