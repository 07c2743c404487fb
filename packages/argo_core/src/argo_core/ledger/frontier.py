"""The right edge of the tree: all that is needed to go on, and to prove what is added, without reading the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from argo_core.errors import InvariantError
from argo_core.ledger.merkle import node_hash
from argo_core.ledger.stored_hashes import Node, consistency_plan, fold, nodes_of


@dataclass(frozen=True, slots=True)
class Frontier:
    """A log of `size` entries, by the hashes of its largest complete subtrees, largest first (a compact range)."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if len(self.hashes) != self.size.bit_count():
            raise InvariantError(f"a log of {self.size} entries has {self.size.bit_count()} subtrees at its edge")

    @property
    def root(self) -> bytes:
        """The root of the log, 32 bytes."""
        return fold(self.hashes)

    def grow(self, leaves: Sequence[bytes]) -> Growth:
        """The log with these leaf hashes added."""
        nodes: dict[Node, bytes] = dict(zip(nodes_of(0, self.size), self.hashes, strict=True))
        edge = list(self.hashes)
        stored: list[bytes] = []
        for index, leaf in enumerate(leaves, self.size):
            found, level, n = leaf, 0, index
            nodes[0, index] = leaf
            stored.append(leaf)
            while n & 1:
                found = node_hash(edge.pop(), found)
                level, n = level + 1, n >> 1
                nodes[level, n] = found
                stored.append(found)
            edge.append(found)
        return Growth(self, Frontier(self.size + len(leaves), tuple(edge)), tuple(stored), nodes)


@dataclass(frozen=True, slots=True, eq=False)
class Growth:
    """From `before` to `after`. `stored` are the hashes to store behind those that are there, in their order."""

    before: Frontier
    after: Frontier
    stored: tuple[bytes, ...]
    _nodes: dict[Node, bytes] = field(repr=False)
    _edges: dict[int, bytes] = field(default_factory=dict, repr=False)

    def inclusion(self, index: int) -> tuple[bytes, ...]:
        """The proof that the added leaf `index` is in the log as it is after. Raises InvariantError for an older one.

        Its subtrees to the left of the old edge are whole at the edge; all others were completed by this growth.
        """
        if index < self.before.size:
            raise InvariantError(f"leaf {index} was there before: its proof needs the stored hashes")
        size, steps = self.after.size, list[bytes]()
        # As `inclusion_plan`, but straight up from the leaf: hundreds of signals may wait for theirs in one cycle.
        level, n, last = 0, index, size - 1
        while last:
            sibling = n ^ 1
            if (sibling + 1) << level <= size:
                steps.append(self._nodes[level, sibling])
            elif sibling <= last:
                steps.append(self._right_of(sibling << level))
            level, n, last = level + 1, n >> 1, last >> 1
        return tuple(steps)

    def _right_of(self, start: int) -> bytes:
        """The root over the leaves from `start` to the end."""
        if start not in self._edges:
            self._edges[start] = fold([self._nodes[node] for node in nodes_of(start, self.after.size)])
        return self._edges[start]

    def consistency(self) -> tuple[bytes, ...]:
        """The proof that the log after begins with the log before."""
        return consistency_plan(self.before.size, self.after.size).proof_of_nodes(self._nodes)
