"""What pushing a page of events to a tier's subscribers is a step of."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from alpine_core.fanout.record_traces import RecordTraces
from alpine_core.feed.signal_feed import FeedItem
from alpine_core.model.tier import Tier
from alpine_core.ports.tracer import Tracer


@dataclass(frozen=True, slots=True)
class PushTracing:
    """One step for all subscribers of a tier, however many: a step each would cost more than the pushing."""

    tracer: Tracer
    traces: RecordTraces

    def span(self, tier: Tier, items: Sequence[FeedItem], subscribers: int) -> AbstractContextManager[object]:
        """Of the first record's trace, naming the others; none where nobody listens, or nobody knows a trace."""
        origins = self.traces.of(item.cursor for item in items) if subscribers else ()
        if not origins:
            return nullcontext()
        return self.tracer.span(
            "push",
            parent=origins[0],
            links=origins[1:],
            tier=tier.value,
            messages=len(items),
            subscribers=subscribers,
        )
