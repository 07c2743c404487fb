"""Executors' reports, in lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from argo_core.errors import DataError
from argo_core.model.execution import Execution, ExecutionReports, RefusedReport, ReportReceipt, SignalVerdicts
from argo_core.model.query import Page
from argo_core.model.trade import Trade

T = TypeVar("T")

_LARGEST_PAGE = 500


class MemoryReports:
    """`ports.ExecutionReportStore` over signals: by id, symbol and action. For tests, and for nothing else."""

    def __init__(self, signals: Mapping[str, tuple[str, str]]) -> None:
        self._known = signals
        self._executions: list[Execution] = []
        self._verdicts: list[SignalVerdicts] = []
        self._trades: list[Trade] = []

    def reported_trades(self) -> tuple[Trade, ...]:
        """Every stored trade, oldest first."""
        return tuple(self._trades)

    async def store(self, reports: ExecutionReports) -> ReportReceipt:
        """Store what is new."""
        outcomes = [(report.signal_id, self._verdict(report)) for report in reports.verdicts]
        outcomes += [(report.signal_id, self._execution(report)) for report in reports.executions]
        outcomes += [(report.signal_id, self._trade(report)) for report in reports.trades]
        codes = [code for _, code in outcomes]
        return ReportReceipt(
            stored=codes.count("stored"),
            duplicates=codes.count("duplicate"),
            refused=tuple(
                RefusedReport(signal_id=signal_id, code=code)
                for signal_id, code in outcomes
                if code not in ("stored", "duplicate")
            ),
        )

    async def executions(self, limit: int, before: int | None = None) -> Page[Execution]:
        """Executions, newest first. Raises DataError `bad_limit`."""
        return _page(self._executions, limit, before)

    async def verdicts(self, limit: int, before: int | None = None) -> Page[SignalVerdicts]:
        """Executors' verdicts, newest first. Raises DataError `bad_limit`."""
        return _page(self._verdicts, limit, before)

    async def verdicts_of(self, signal_id: str) -> tuple[SignalVerdicts, ...]:
        """Every executor's verdicts on one signal, by executor."""
        found = (one for one in self._verdicts if one.signal_id == signal_id)
        return tuple(sorted(found, key=lambda one: one.executor_id))

    async def trades(self, limit: int, before: int | None = None) -> Page[Trade]:
        """Finished trades, newest first. Raises DataError `bad_limit`."""
        return _page(self._trades, limit, before)

    def _verdict(self, report: SignalVerdicts) -> str:
        if report.signal_id not in self._known:
            return "unknown_signal"
        place = (report.signal_id, report.executor_id)
        stored = next((one for one in self._verdicts if (one.signal_id, one.executor_id) == place), None)
        if stored is not None:
            return "duplicate" if stored == report else "conflict"
        self._verdicts.append(report)
        return "stored"

    def _execution(self, report: Execution) -> str:
        if report.signal_id not in self._known:
            return "unknown_signal"
        if report in self._executions:
            return "duplicate"
        self._executions.append(report)
        return "stored"

    def _trade(self, report: Trade) -> str:
        if report.signal_id not in self._known:
            return "unknown_signal"
        if self._known[report.signal_id] != (report.symbol, report.action):
            return "signal_mismatch"
        stored = next((one for one in self._trades if one.trade_id == report.trade_id), None)
        if stored is not None:
            return "duplicate" if stored == report else "conflict"
        self._trades.append(report)
        return "stored"


def _page(rows: list[T], limit: int, before: int | None) -> Page[T]:
    if not 1 <= limit <= _LARGEST_PAGE:
        raise DataError("bad_limit", f"a page of {limit}: ask for 1 to {_LARGEST_PAGE} items")
    end = len(rows) if before is None else min(before - 1, len(rows))
    start = max(0, end - limit)
    return Page(items=tuple(reversed(rows[start:end])), next_before=start + 1 if start else None)
