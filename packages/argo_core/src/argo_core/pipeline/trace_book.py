"""Which step of which trace led to what is still to be done."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from argo_core.model.trace import TraceContext

MOST = 4096


class TraceBook:
    """By the key of a message, or the id of a signal, where it stands in its trace.

    In memory only, the newest `most`: what is done after a restart, or by another process, begins a trace of its own.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[str, TraceContext] = OrderedDict()

    def keep(self, keys: Iterable[str], context: TraceContext | None) -> None:
        """These follow from `context`; the oldest go where there are too many. Without a context nothing is kept."""
        if context is None:
            return
        for key in keys:
            self._kept[key] = context
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def of(self, keys: Iterable[str]) -> tuple[TraceContext, ...]:
        """The different contexts of these, in their order; empty where none is known."""
        found = (self._kept[key] for key in keys if key in self._kept)
        return tuple(dict.fromkeys(found))
