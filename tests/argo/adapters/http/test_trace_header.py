"""A delivery that is traced says so in a header; one that is not sends none."""

from __future__ import annotations

import httpx

from argo_core.adapters.http import DistributorPublisher, Receiver, Sender
from argo_core.model.trace import traceparent_of
from argo_core.testing.contracts.publisher import message
from argo_core.testing.memory_tracer import MemoryTracer
from tests.argo.adapters.http.receiver import KEY, ReceiverApp


async def test_each_request_names_its_own_step(receiver: ReceiverApp) -> None:
    tracer = MemoryTracer()
    async with httpx.AsyncClient() as client:
        sender = Sender(client, Receiver(receiver.url, KEY), tracer=tracer)
        with tracer.span("deliver"):
            await DistributorPublisher(sender).publish([message("a")])
    (send,) = tracer.named("send")
    assert send.path == ("deliver", "send")
    assert send.facts == {"path": "/api/v1/external-signals/sync/signal", "status": 201}
    assert [request.headers["traceparent"] for request in receiver.requests] == [traceparent_of(send.context)]


async def test_without_a_tracer_there_is_no_header(receiver: ReceiverApp, sender: Sender) -> None:
    await DistributorPublisher(sender).publish([message("a")])
    assert ["traceparent" in request.headers for request in receiver.requests] == [False]
