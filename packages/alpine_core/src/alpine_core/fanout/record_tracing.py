"""How storing a record and pushing it are steps of one trace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from alpine_core.fanout.record_traces import RecordTraces
from alpine_core.model.tier import Tier
from alpine_core.model.trace import TraceContext
from alpine_core.ports.silent_tracer import SILENT
from alpine_core.ports.tracer import Tracer


@dataclass(frozen=True, slots=True)
class RecordTracing:
    """A tracer, and what is remembered between the two."""

    tracer: Tracer = SILENT
    traces: RecordTraces = field(default_factory=RecordTraces)

    def stored(self, cursors: Iterable[int], context: TraceContext | None) -> None:
        """These follow from `context`."""
        self.traces.keep(cursors, context)

    def push(self, tier: Tier, cursors: Sequence[int], subscribers: int) -> AbstractContextManager[object]:
        """One step for all subscribers of a tier, however many: a step each would cost more than the pushing. It is of
        the first record's trace and names the others; none where nobody listens, or nobody knows a trace."""
        origins = self.traces.of(cursors) if subscribers else ()
        if not origins:
            return nullcontext()
        first, rest = origins[0], origins[1:]
        return self.tracer.span(
            "push", parent=first, links=rest, tier=tier.value, messages=len(cursors), subscribers=subscribers
        )
