"""The generator as a Publisher for what an executor has to report."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from argo_core.adapters.http.in_order import send_in_order
from argo_core.adapters.http.sender import CREATED, Answer, Sender
from argo_core.errors import StoreError
from argo_core.model.cycle import OutboxMessage
from argo_core.model.execution import Execution, ExecutionReports, ReportReceipt, SignalVerdicts
from argo_core.model.trade import Trade
from argo_core.ports.publisher import Published

PATH = "/api/v1/executions"
BATCH_ITEMS = 100


class ReportPublisher:
    """`ports.Publisher` to a generator. Each message holds the reports on one signal; many travel as one body."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    async def publish(self, messages: Sequence[OutboxMessage]) -> tuple[Published, ...]:
        """One answer per message up to where the generator could be reached. Raises StoreError if that is nowhere."""
        starts = range(0, len(messages), BATCH_ITEMS)
        return await send_in_order([messages[start : start + BATCH_ITEMS] for start in starts], self._send)

    async def _send(self, messages: Sequence[OutboxMessage]) -> list[Published]:
        reports = [msgspec.json.decode(message.payload, type=ExecutionReports) for message in messages]
        together = ExecutionReports(
            verdicts=tuple(verdicts for report in reports for verdicts in report.verdicts),
            executions=tuple(execution for report in reports for execution in report.executions),
            trades=tuple(trade for report in reports for trade in report.trades),
        )
        answer = await self._sender.post(PATH, msgspec.json.encode(together))
        if answer.status not in CREATED:
            return await self._without_the_culprit(messages, answer.code)
        refused = {report.signal_id: report.code for report in _receipt(answer).refused}
        return [
            _published(message, next((refused[told] for told in _signals(report) if told in refused), None))
            for message, report in zip(messages, reports, strict=True)
        ]

    async def _without_the_culprit(self, messages: Sequence[OutboxMessage], code: str) -> list[Published]:
        """A body that is refused whole: half by half the others come through, and one is found to be at fault."""
        if len(messages) == 1:
            return [Published(key=messages[0].key, status="refused", code=code)]
        middle = len(messages) // 2
        return [*await self._send(messages[:middle]), *await self._send(messages[middle:])]


def _signals(report: ExecutionReports) -> list[str]:
    told: tuple[SignalVerdicts | Execution | Trade, ...] = (*report.verdicts, *report.executions, *report.trades)
    return [each.signal_id for each in told]


def _published(message: OutboxMessage, code: str | None) -> Published:
    return Published(key=message.key, status="accepted" if code is None else "refused", code=code)


def _receipt(answer: Answer) -> ReportReceipt:
    try:
        return msgspec.convert(answer.document, ReportReceipt)
    except msgspec.ValidationError as error:
        raise StoreError(f"the generator's receipt cannot be read: {error}: is its version ours?") from error
