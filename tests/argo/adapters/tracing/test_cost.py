"""A cycle beside a collector that holds its answer, or fails: as without one, and the spans are counted."""

from __future__ import annotations

import pytest

from argo_core.adapters.tracing import Collector, OtlpTracer
from argo_core.model.cycle import CycleRecord
from argo_core.model.trace import SpanCounts
from argo_core.ports import Tracer
from argo_core.ports.silent_tracer import SILENT
from argo_core.testing.memory_log import MemoryLog
from tests.argo.adapters.tracing.collector import collector
from tests.argo.pipeline.rig import Rig
from tests.argo.pipeline.traced_rigs import traced_cycle

CYCLES, SPANS = 20, 6


async def cycles_of(tracer: Tracer) -> list[CycleRecord]:
    log = MemoryLog()
    rig = Rig(log, {"AAPL": [100.0] * CYCLES}, {"AAPL": (1, 90.0)})
    cycle = traced_cycle(rig, log, tracer)
    return [(await cycle.run(rig.symbols)).record for _ in range(CYCLES)]


@pytest.mark.parametrize(("status", "holds"), [(200, True), (500, False), (503, False)])
async def test_no_cycle_waits_for_a_collector_or_fails_with_it(status: int, holds: bool) -> None:
    alone = await cycles_of(SILENT)
    with collector() as peer:
        peer.status = status
        if holds:
            peer.held.clear()
        tracer = OtlpTracer(Collector(peer.url), {"service.name": "argo"}, most_waiting=50, batch_seconds=0.001)
        # Whoever waited for a collector that answers nothing would wait here for ever.
        assert await cycles_of(tracer) == alone
        tracer.close(0.1)
        assert tracer.counts() == SpanCounts(dropped=CYCLES * SPANS)


async def test_every_step_of_every_cycle_reaches_a_collector_that_takes_them() -> None:
    with collector() as peer:
        tracer = OtlpTracer(Collector(peer.url), {"service.name": "argo"})
        await cycles_of(tracer)
        tracer.close()
        assert tracer.counts() == SpanCounts(exported=CYCLES * SPANS)
        assert len({span.trace_id for span in peer.spans}) == len(peer.named("cycle")) == CYCLES
