"""Which push belongs to which delivery."""

from __future__ import annotations

from alpine_core.fanout import RecordTracing
from alpine_core.fanout.record_traces import RecordTraces
from alpine_core.model import Tier
from alpine_core.model.trace import TraceContext
from alpine_core.testing.memory_tracer import MemoryTracer

ONE = TraceContext("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", True)
OTHER = TraceContext("1bf7651916cd43dd8448eb211c80319d", "c7ad6b7169203332", True)


def test_a_page_is_pushed_in_its_first_records_trace_and_names_the_others() -> None:
    tracing = RecordTracing(tracer := MemoryTracer())
    tracing.stored([2, 3], ONE)
    tracing.stored([4], OTHER)
    with tracing.push(Tier.PREMIUM, [1, 2, 3, 4], 5):
        pass
    (push,) = tracer.spans
    assert (push.parent, push.links) == (ONE, (OTHER,))
    assert push.facts == {"tier": "premium", "messages": 4, "subscribers": 5}


def test_what_another_worker_stored_and_what_nobody_listens_to_is_no_step() -> None:
    tracing = RecordTracing(tracer := MemoryTracer())
    tracing.stored([2], ONE)
    tracing.stored([3], None)
    for cursors, subscribers in (([1, 3], 5), ([2], 0)):
        with tracing.push(Tier.PREMIUM, cursors, subscribers):
            pass
    assert tracer.spans == []


def test_the_newest_are_kept() -> None:
    traces = RecordTraces(2)
    traces.keep([1, 2, 3], ONE)
    assert traces.of([1]) == ()
    assert traces.of([3, 2]) == (ONE,)
