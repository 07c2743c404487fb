"""The last few values of each symbol, in rings of one depth with a write position per symbol."""

from __future__ import annotations

import numpy as np

from argo_core.measures.panel import Floats, Integers

Rows = slice | Integers  # all symbols (a view, no copying), or chosen ones


class BarRing:
    """Rings of `depth` values for S symbols. The n-th value of a symbol lies in slot n % depth.

    Each value is stored twice, `depth` slots apart, so that a window never wraps round the end.
    """

    def __init__(self, depth: int, symbols: int) -> None:
        self._depth = depth
        self._slots = np.zeros((2 * depth, symbols))

    def grow(self, symbols: int) -> None:
        """Adds empty rings for `symbols` more symbols."""
        self._slots = np.concatenate((self._slots, np.zeros((2 * self._depth, symbols))), axis=1)

    def write(self, rows: Rows, number: Integers, values: Floats) -> None:
        """Stores each symbol's value with its running `number`, counted from 0; both are (n,)."""
        slot = number % self._depth
        if isinstance(rows, slice) and _uniform(slot):
            self._slots[slot[0]] = values
            self._slots[slot[0] + self._depth] = values
        else:
            columns = self._columns(rows)
            self._slots[slot, columns] = values
            self._slots[slot + self._depth, columns] = values

    def window(self, rows: Rows, number: Integers, depth: int) -> Floats:
        """The `depth` values that end with `number`, oldest first: (depth, n). Values never written are 0.

        Read it at once: with all symbols in step it is a view of the ring.
        """
        first = number % self._depth + self._depth - depth + 1
        if isinstance(rows, slice) and _uniform(first):
            return self._slots[first[0] : first[0] + depth]
        flat = (np.arange(depth)[:, None] + first) * self._slots.shape[1] + self._columns(rows)
        return np.take(self._slots, flat)

    def load(self, rows: Integers, history: Floats, lengths: Integers) -> None:
        """Replaces the rings of `rows` by the last values of `history` (T, n), whose columns hold `lengths` values."""
        self._slots[:, rows] = 0.0
        for back in range(1, min(self._depth, history.shape[0]) + 1):
            present = np.flatnonzero(lengths >= back)
            number = lengths[present] - back
            self.write(rows[present], number, history[number, present])

    def _columns(self, rows: Rows) -> Integers:
        return np.arange(self._slots.shape[1]) if isinstance(rows, slice) else rows


def _uniform(slot: Integers) -> bool:
    return slot.size > 0 and bool((slot == slot[0]).all())
