"""What a cycle, a delivery and an execution are made of, step by step, and how they lead to each other."""

from __future__ import annotations

import pytest

from argo_core.errors import DataError, SourceError, StoreError
from argo_core.model.cycle import AppendReceipt, CycleRecord
from argo_core.model.trace import TraceContext
from argo_core.pipeline import Cycle, Delivery
from argo_core.pipeline.trace_book import TraceBook
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_log import MemoryLog
from argo_core.testing.memory_publisher import MemoryPublisher
from argo_core.testing.memory_tracer import MemoryTracer
from argo_core.testing.sample_bodies import signal_body_of
from argo_core.testing.sample_cycles import MOMENT, sample_cycle, sample_message, sample_signal
from argo_core.tracking import Tracker
from tests.argo.pipeline.executor_rig import ExecutorRig
from tests.argo.pipeline.rig import Rig
from tests.argo.pipeline.traced_rigs import traced_cycle, traced_executor

LONG = (1, 90.0)
SENDER = TraceContext("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", True)
OTHER = TraceContext("1bf7651916cd43dd8448eb211c80319d", "c7ad6b7169203332", True)


class FullLog(MemoryLog):
    """A log that takes nothing more."""

    async def append(self, cycle: CycleRecord) -> AppendReceipt:
        raise StoreError("the disk is full: make room")


async def test_a_cycle_is_its_market_its_sources_its_consensus_and_its_durable_end() -> None:
    tracer = MemoryTracer()
    rig = Rig(MemoryLog(), {"AAPL": [100.0]}, {"AAPL": LONG})
    report = await traced_cycle(rig, MemoryLog(), tracer).run(rig.symbols)
    assert tracer.paths() == [
        "cycle",
        "cycle market",
        "cycle source",
        "cycle source",
        "cycle consensus",
        "cycle append",
    ]
    (cycle,), (append,) = tracer.named("cycle"), tracer.named("append")
    assert cycle.facts == {"cycle_id": report.record.cycle_id, "asked": 1, "evaluated": 1, "published": 1}
    assert append.facts == {"messages": 2}
    assert [span.facts for span in tracer.named("source")] == [
        {"source": "price", "asked": 1, "answered": 1, "symbols": "AAPL"},
        {"source": "chart", "asked": 1, "answered": 1, "symbols": "AAPL"},
    ]


async def test_what_leaves_with_a_cycle_is_known_by_its_trace_and_what_is_recorded_is_the_same_without_one() -> None:
    tracer, records = MemoryTracer(), list[CycleRecord]()
    for traced in (True, False):
        rig = Rig(MemoryLog(), {"AAPL": [100.0]}, {"AAPL": LONG})
        cycle = traced_cycle(rig, MemoryLog(), tracer) if traced else Cycle(rig.stages, Tracker(MemoryLog()), None)
        records.append((await cycle.run(rig.symbols)).record)
        keys = [message.key for message in records[-1].outbox]
        known = cycle.stages.traces.of(keys)
        assert known == ((tracer.spans[0].context,) if traced else ())
    assert records[0] == records[1]


async def test_a_source_that_fails_marks_its_step_by_the_reason_alone() -> None:
    tracer = MemoryTracer()
    rig = Rig(MemoryLog(), {"AAPL": [100.0]}, {"AAPL": LONG})
    cycle = traced_cycle(rig, MemoryLog(), tracer, failing=SourceError("RATE_LIMITED", "key hunter2 is used up"))
    await cycle.run(rig.symbols)
    assert [(span.facts["source"], span.failed) for span in tracer.named("source")] == [
        ("price", None),
        ("chart", "rate limited"),
    ]
    assert "hunter2" not in str([span.facts for span in tracer.spans])


async def test_a_cycle_of_which_nothing_was_stored_is_a_step_that_failed() -> None:
    tracer, log = MemoryTracer(), FullLog()
    rig = Rig(log, {"AAPL": [100.0]}, {"AAPL": LONG})
    with pytest.raises(StoreError):
        await traced_cycle(rig, log, tracer).run(rig.symbols)
    assert [span.failed for span in tracer.spans if span.failed] == ["StoreError", "StoreError"]


async def test_a_delivery_belongs_to_its_first_messages_trace_and_names_the_others() -> None:
    tracer, traces, log = MemoryTracer(), TraceBook(), MemoryLog()
    await log.append(sample_cycle("c1", outbox=[sample_message(key, payload=b"x") for key in "abc"]))
    traces.keep(["a", "b"], SENDER)
    traces.keep(["c"], OTHER)
    delivery = Delivery("sync", log, MemoryPublisher(), FixedClock(MOMENT), tracer=tracer, traces=traces)
    assert (await delivery.drain()).taken == 3
    assert (await delivery.drain()).taken == 0
    (deliver,) = tracer.spans
    assert (deliver.parent, deliver.links) == (SENDER, (OTHER,))
    assert deliver.facts == {"receiver": "sync", "messages": 3, "taken": 3, "refused": 0, "known": 0}


async def test_what_an_earlier_process_left_is_delivered_under_a_trace_of_its_own() -> None:
    tracer, log = MemoryTracer(), MemoryLog()
    await log.append(sample_cycle("c1", outbox=[sample_message("a", payload=b"x")]))
    await Delivery("sync", log, MemoryPublisher(), FixedClock(MOMENT), tracer=tracer).drain()
    assert [(span.path, span.parent) for span in tracer.spans] == [(("deliver",), None)]


async def test_an_execution_is_of_the_trace_that_its_signal_came_with() -> None:
    tracer, rig = MemoryTracer(), ExecutorRig()
    traced_executor(rig, tracer)
    await rig.begin()
    await rig.executor.receive(signal_body_of(sample_signal("SIG-1")), SENDER)
    await rig.executor.work()
    assert tracer.paths() == ["receive", "execute", "execute risk", "execute order"]
    receive, execute, risk, order = tracer.spans
    assert (receive.parent, execute.parent) == (SENDER, receive.context)
    assert {span.context.trace_id for span in tracer.spans} == {SENDER.trace_id}
    assert receive.facts == {"executor_id": "argo", "signal_id": "SIG-1", "symbol": "AAPL", "intake": "accepted"}
    assert risk.facts == {"allowed": True, "denied_by": "", "orders": 1}
    assert order.facts == {"symbol": "AAPL", "side": "BUY"}


async def test_a_denial_names_its_layers_and_orders_nothing() -> None:
    tracer, rig = MemoryTracer(), ExecutorRig()
    traced_executor(rig, tracer)
    await rig.begin()
    await rig.executor.receive(signal_body_of(sample_signal("SIG-1", confidence=20.0)))
    await rig.executor.work()
    (risk,) = tracer.named("risk")
    assert risk.facts["allowed"] is False
    assert risk.facts["denied_by"]
    assert tracer.named("order") == []


async def test_a_body_that_is_refused_is_a_step_that_failed_and_shows_nothing_of_it() -> None:
    tracer, rig = MemoryTracer(), ExecutorRig()
    traced_executor(rig, tracer)
    with pytest.raises(DataError):
        await rig.executor.receive(b'{"signal_id": "hunter2"}', SENDER)
    (receive,) = tracer.spans
    assert (receive.failed, receive.facts) == ("DataError", {"executor_id": "argo"})


def test_a_book_keeps_the_newest() -> None:
    book = TraceBook(2)
    book.keep(["a", "b"], SENDER)
    book.keep(["c"], OTHER)
    book.keep(["d"], None)
    assert book.of(["a"]) == ()
    assert book.of(["d", "c", "b"]) == (OTHER, SENDER)
