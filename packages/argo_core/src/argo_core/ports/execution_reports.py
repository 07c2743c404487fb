"""Where the generator keeps what executors report."""

from __future__ import annotations

from typing import Protocol

from argo_core.model.execution import Execution, ExecutionReports, ReportReceipt, SignalVerdicts
from argo_core.model.query import Page
from argo_core.model.trade import Trade


class ExecutionReportStore(Protocol):
    """Promise: append-only and idempotent: a report that is stored already counts as a duplicate; a verdict of the same
    executor on the same signal, or a trade of the same id, with another content is refused `conflict`; a signal that
    the log does not know is refused `unknown_signal`, a trade whose symbol or action are not its signal's
    `signal_mismatch`. Durable when it returns. Pages are newest first;
    `verdicts_of` one signal are by executor. Raises StoreError.
    """

    async def store(self, reports: ExecutionReports) -> ReportReceipt: ...

    async def executions(self, limit: int, before: int | None = None) -> Page[Execution]: ...

    async def verdicts(self, limit: int, before: int | None = None) -> Page[SignalVerdicts]: ...

    async def verdicts_of(self, signal_id: str) -> tuple[SignalVerdicts, ...]: ...

    async def trades(self, limit: int, before: int | None = None) -> Page[Trade]: ...
