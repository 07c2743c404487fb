"""Reports on their way to a generator: one answer per message, whatever the generator makes of them."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import msgspec
import pytest

from argo_core.adapters.http import Receiver, ReportPublisher, Sender
from argo_core.errors import StoreError
from argo_core.model.cycle import OutboxMessage
from argo_core.model.execution import Execution, ExecutionReports, RefusedReport, ReportReceipt
from argo_core.ports.publisher import Published

Answer = Callable[[ExecutionReports], httpx.Response]


def message(signal_id: str) -> OutboxMessage:
    execution = Execution(signal_id=signal_id, executor_id="argo", order_id="SIM-1", state="filled")
    payload = msgspec.json.encode(ExecutionReports(executions=(execution,)))
    return OutboxMessage(topic="executor.reports", key=f"execution:1:{signal_id}", payload=payload)


async def publish(answer: Answer, *signal_ids: str) -> tuple[Published, ...]:
    """What a publisher makes of a generator that answers so."""

    def generator(request: httpx.Request) -> httpx.Response:
        assert (request.url.path, request.headers["x-api-key"]) == ("/api/v1/executions", "key")
        return answer(msgspec.json.decode(request.content, type=ExecutionReports))

    async with httpx.AsyncClient(transport=httpx.MockTransport(generator)) as client:
        publisher = ReportPublisher(Sender(client, Receiver("http://generator", "key")))
        return await publisher.publish([message(signal_id) for signal_id in signal_ids])


def receipt(*refused: str) -> httpx.Response:
    refusals = tuple(RefusedReport(signal_id=name, code="unknown_signal") for name in refused)
    return httpx.Response(200, content=msgspec.json.encode(ReportReceipt(stored=1, duplicates=0, refused=refusals)))


async def test_reports_travel_together_and_each_learns_its_own_fate() -> None:
    answers = await publish(lambda reports: receipt("b"), "a", "b", "c")
    assert [(answer.key, answer.status, answer.code) for answer in answers] == [
        ("execution:1:a", "accepted", None),
        ("execution:1:b", "refused", "unknown_signal"),
        ("execution:1:c", "accepted", None),
    ]


async def test_a_body_that_is_refused_for_good_is_refused_for_each() -> None:
    answers = await publish(lambda reports: httpx.Response(400, json={"code": "bad_report"}), "a", "b")
    assert [(answer.status, answer.code) for answer in answers] == [("refused", "bad_report")] * 2


@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
async def test_a_generator_that_cannot_take_reports_now_gets_them_later(status: int) -> None:
    with pytest.raises(StoreError):
        await publish(lambda reports: httpx.Response(status), "a")


async def test_a_receipt_that_cannot_be_read_is_no_receipt() -> None:
    with pytest.raises(StoreError, match="receipt"):
        await publish(lambda reports: httpx.Response(200, json={"ok": True}), "a")


async def test_a_generator_that_stops_answering_halfway_keeps_what_it_took() -> None:
    taken: list[str] = []

    def once(reports: ExecutionReports) -> httpx.Response:
        taken.extend(execution.signal_id for execution in reports.executions)
        return receipt() if len(taken) <= 100 else httpx.Response(503)

    assert len(await publish(once, *(f"s{n}" for n in range(150)))) == 100
