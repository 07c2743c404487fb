"""A delivery on its way to subscribers, step by step, in the trace that its sender names."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from alpine_core.model import Tier
from alpine_core.model.trace import TraceContext, traceparent_of
from alpine_core.testing.memory_tracer import MemoryTracer
from alpine_core.testing.samples import sample_members
from alpine_web.live import Kind
from tests.alpine.web.parts import AUTHORISED, SYNC, Rig, asked, deliver, recent, rig_of

SENDER = TraceContext("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", True)
TRACED = {**AUTHORISED, "traceparent": traceparent_of(SENDER)}


async def put(rig: Rig, path: str, **sent: Any) -> httpx.Response:
    async with asked(rig) as client:
        return await client.post(f"{SYNC}/{path}", **sent)


async def test_a_delivery_is_verified_stored_and_announced_in_its_senders_trace() -> None:
    rig = rig_of(tracer=(tracer := MemoryTracer()))
    answer = await put(rig, "signal", json=sample_members("SIG-1"), headers=TRACED)
    assert answer.status_code == 201
    assert tracer.paths() == ["intake", "intake verify", "intake store", "intake announce"]
    assert tracer.spans[0].parent == SENDER
    assert {span.context.trace_id for span in tracer.spans} == {SENDER.trace_id}
    assert [span.facts for span in tracer.spans] == [{"kind": "signal"}, {}, {"messages": 1}, {"messages": 1}]


@pytest.mark.parametrize("tier", [Tier.PREMIUM, Tier.FREE])
async def test_a_push_is_one_step_of_that_trace_however_many_subscribe(tier: Tier) -> None:
    rig = rig_of(tracer=(tracer := MemoryTracer()))
    live, came = rig.services.live, asyncio.Semaphore(0)

    async def send(piece: bytes) -> None:
        for _ in range(piece.count(b"data:")):
            came.release()

    async def all_three() -> None:
        async with asyncio.timeout(30):
            for _ in range(3):
                await came.acquire()

    readers = [asyncio.create_task(live.serve(Kind.SIGNALS.value, tier, "0", send)) for _ in range(3)]
    try:
        async with asked(rig) as client:
            await deliver(rig, client, recent(rig, "SIG-0"))
            await all_three()  # each of them is served by now
            tracer.spans.clear()
            client.headers["traceparent"] = TRACED["traceparent"]
            await deliver(rig, client, recent(rig, "SIG-1"))
            await all_three()
    finally:
        await live.close()
        await asyncio.gather(*readers)
    (push,), (announce,) = tracer.named("push"), tracer.named("announce")
    assert (push.parent, push.context.trace_id) == (announce.context, SENDER.trace_id)
    assert push.facts == {"tier": tier.value, "messages": 1, "subscribers": 3}


@pytest.mark.parametrize("header", ["", "hunter2", "00-" + "0" * 32 + "-" + "0" * 16 + "-01"])
async def test_who_names_no_trace_begins_one_here(header: str) -> None:
    rig = rig_of(tracer=(tracer := MemoryTracer()))
    headers = {**AUTHORISED, "traceparent": header}
    assert (await put(rig, "signal", json=sample_members("SIG-1"), headers=headers)).status_code == 201
    assert tracer.spans[0].parent is None
    assert "hunter2" not in str([(span.name, span.facts) for span in tracer.spans])


async def test_who_has_no_key_leaves_no_trace() -> None:
    rig = rig_of(tracer=(tracer := MemoryTracer()))
    answer = await put(rig, "signal", json=sample_members("SIG-1"), headers={"traceparent": TRACED["traceparent"]})
    assert answer.status_code == 401
    assert tracer.spans == []


async def test_a_refused_delivery_says_the_code_and_nothing_of_the_body() -> None:
    rig = rig_of(tracer=(tracer := MemoryTracer()))
    answer = await put(rig, "signal", content=b'{"signal_id": "hunter2"', headers=TRACED)
    assert answer.status_code == 400
    (intake,) = tracer.named("intake")
    assert (intake.facts, intake.failed) == ({"kind": "signal", "code": answer.json()["code"]}, "SenderError")
    assert "hunter2" not in str([span.facts for span in tracer.spans])


async def test_spans_are_told_by_what_became_of_them() -> None:
    async with asked(rig_of()) as client:
        answer = await client.get("/metrics")
    found = {
        (sample.name, sample.labels.get("state")): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    assert found["alpine_trace_spans_total", "exported"] == 0
    assert found["alpine_trace_spans_total", "dropped"] == 0
