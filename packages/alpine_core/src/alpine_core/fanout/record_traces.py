"""Which step of which trace stored a record that is still to be pushed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from alpine_core.model.trace import TraceContext

MOST = 4096


class RecordTraces:
    """By a record's cursor, where it stands in its trace.

    In memory only, the newest `most`: what another worker stored, or this one before a restart, is pushed untraced.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[int, TraceContext] = OrderedDict()

    def keep(self, cursors: Iterable[int], context: TraceContext | None) -> None:
        """These were stored by `context`; the oldest go where there are too many. Without a context nothing is kept."""
        if context is None:
            return
        for cursor in cursors:
            self._kept[cursor] = context
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def of(self, cursors: Iterable[int]) -> tuple[TraceContext, ...]:
        """The different contexts of these, in their order; empty where none is known."""
        found = (self._kept[cursor] for cursor in cursors if cursor in self._kept)
        return tuple(dict.fromkeys(found))
