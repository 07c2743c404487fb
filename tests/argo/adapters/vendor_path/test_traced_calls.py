"""What a cycle's trace shows of a vendor: whose answer, and whether it was kept."""

from __future__ import annotations

import pytest

from argo_core.errors import SourceError
from argo_core.testing.memory_tracer import MemoryTracer
from tests.argo.adapters.vendor_path.rig import Price, Rig, broken


async def test_each_answer_is_a_step_that_says_whether_it_came_from_the_cache() -> None:
    tracer = MemoryTracer()
    rig = Rig(tracer=tracer)
    with tracer.span("source"):
        await rig.outcome(endpoint="equity")
        await rig.outcome(endpoint="equity")
        await rig.path.kept("last:AAPL", Price, 20.0)
    assert tracer.paths() == ["source", "source vendor", "source vendor", "source vendor"]
    assert [span.facts for span in tracer.named("vendor")] == [
        {"vendor": "v", "endpoint": "equity", "from_cache": False},
        {"vendor": "v", "endpoint": "equity", "from_cache": True},
        {"vendor": "v", "endpoint": "", "from_cache": True},
    ]


async def test_a_failure_shows_its_class_and_not_its_words() -> None:
    tracer = MemoryTracer()
    rig = Rig(broken("the key hunter2 is wrong"), tracer=tracer)
    with tracer.span("source"), pytest.raises(SourceError):
        await rig.call()
    (vendor,) = tracer.named("vendor")
    assert (vendor.failed, vendor.facts) == ("SourceError", {"vendor": "v", "endpoint": ""})


async def test_a_call_beside_every_cycle_is_no_trace() -> None:
    tracer = MemoryTracer()
    rig = Rig(tracer=tracer)
    await rig.outcome()
    await rig.outcome()
    assert tracer.spans == []
