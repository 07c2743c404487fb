"""Reports on their way to a generator: one answer per message, whatever the generator makes of them."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from argo_core.adapters.http import ReportPublisher, Sender
from argo_core.errors import StoreError
from argo_core.model.cycle import OutboxMessage
from argo_core.model.execution import Execution, ExecutionReports, RefusedReport, ReportReceipt
from argo_core.ports.publisher import Published
from argo_core.testing.contracts.execution_reports import TRADE
from tests.argo.adapters.http.receiver import Answer, ReceiverApp


class Generator:
    """The generator's side: told what to answer, asked over real HTTP."""

    def __init__(self, receiver: ReceiverApp, sender: Sender) -> None:
        self.receiver, self.sender, self._publisher = receiver, sender, ReportPublisher(sender)

    async def publish(self, answer: Callable[[ExecutionReports], Answer], *signal_ids: str) -> tuple[Published, ...]:
        """What a publisher makes of a generator that answers so."""
        self.receiver.answering = lambda body: answer(msgspec.json.decode(body, type=ExecutionReports))
        return await self._publisher.publish([message(signal_id) for signal_id in signal_ids])


@pytest.fixture(name="generator")
def generator_on_loopback(receiver: ReceiverApp, sender: Sender) -> Generator:
    return Generator(receiver, sender)


def message(signal_id: str) -> OutboxMessage:
    execution = Execution(signal_id=signal_id, executor_id="argo", order_id="SIM-1", state="filled")
    payload = msgspec.json.encode(ExecutionReports(executions=(execution,)))
    return OutboxMessage(topic="executor.reports", key=f"execution:1:{signal_id}", payload=payload)


def receipt(*refused: str) -> Answer:
    refusals = tuple(RefusedReport(signal_id=name, code="unknown_signal") for name in refused)
    return Answer(200, msgspec.to_builtins(ReportReceipt(stored=1, duplicates=0, refused=refusals)))


async def test_reports_travel_together_and_each_learns_its_own_fate(generator: Generator) -> None:
    answers = await generator.publish(lambda reports: receipt("b"), "a", "b", "c")
    assert [(answer.key, answer.status, answer.code) for answer in answers] == [
        ("execution:1:a", "accepted", None),
        ("execution:1:b", "refused", "unknown_signal"),
        ("execution:1:c", "accepted", None),
    ]
    (request,) = generator.receiver.requests
    assert request.path == "/api/v1/executions"


async def test_a_finished_trade_travels_with_the_others_and_learns_its_fate(generator: Generator) -> None:
    told: list[ExecutionReports] = []

    def answering(body: bytes) -> Answer:
        told.append(msgspec.json.decode(body, type=ExecutionReports))
        return receipt("c1-s0")

    generator.receiver.answering = answering
    trade = OutboxMessage(
        topic="executor.reports",
        key="trade:argo-4-c1-s0",
        payload=msgspec.json.encode(ExecutionReports(trades=(TRADE,))),
    )
    answers = await ReportPublisher(generator.sender).publish([message("a"), trade])
    assert [reports.trades for reports in told] == [(TRADE,)]
    assert [(answer.status, answer.code) for answer in answers] == [("accepted", None), ("refused", "unknown_signal")]


async def test_of_a_body_that_is_refused_for_good_only_the_culprit_is_refused(generator: Generator) -> None:
    def refuse_b(reports: ExecutionReports) -> Answer:
        spoilt = any(execution.signal_id == "b" for execution in reports.executions)
        return Answer(400, {"code": "bad_report"}) if spoilt else receipt()

    answers = await generator.publish(refuse_b, "a", "b", "c", "d")
    assert [(answer.status, answer.code) for answer in answers] == [
        ("accepted", None),
        ("refused", "bad_report"),
        ("accepted", None),
        ("accepted", None),
    ]


@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
async def test_a_generator_that_cannot_take_reports_now_gets_them_later(generator: Generator, status: int) -> None:
    with pytest.raises(StoreError):
        await generator.publish(lambda reports: Answer(status, {}), "a")


async def test_a_receipt_that_cannot_be_read_is_no_receipt(generator: Generator) -> None:
    with pytest.raises(StoreError, match="receipt"):
        await generator.publish(lambda reports: Answer(200, {"ok": True}), "a")


async def test_a_generator_that_stops_answering_halfway_keeps_what_it_took(generator: Generator) -> None:
    taken: list[str] = []

    def once(reports: ExecutionReports) -> Answer:
        taken.extend(execution.signal_id for execution in reports.executions)
        return receipt() if len(taken) <= 100 else Answer(503, {})

    assert len(await generator.publish(once, *(f"s{n}" for n in range(150)))) == 100
