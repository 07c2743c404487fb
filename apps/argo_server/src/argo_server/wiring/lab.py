"""The lab: what takes requests in a generator, and what works on one of them in a process of its own."""

from __future__ import annotations

import asyncio
import importlib.metadata
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import msgspec
import structlog
from numpy.random import default_rng

from argo_core.adapters.lab_processes import LabProcesses, owner_here
from argo_core.adapters.replay import REPLAY_SYMBOLS, recording_digest
from argo_core.adapters.sortable_id import sortable_ids
from argo_core.adapters.sql import Database, SqlLabRuns
from argo_core.adapters.system_clock import SystemClock
from argo_core.backtest.lab.desk import LabDesk
from argo_core.backtest.lab.report import lab_report, summary
from argo_core.backtest.lab.request import BacktestRequest, completed, content_key, document_from, document_of
from argo_core.backtest.lab.result import result_bytes
from argo_core.backtest.lab.work import LabWork, Progress, Worked
from argo_core.errors import DataError
from argo_core.execution.costs import CostPolicy
from argo_core.model.instant import to_text
from argo_core.model.lab_run import Asked, LabRequest, LabRun
from argo_core.ports import Clock
from argo_server.services import LabServices
from argo_server.settings import ExecutorRole, Settings
from argo_server.settings.lab_rules import lab_command, lab_environment, lab_rules, newest_settings, with_lab_rules
from argo_server.wiring.account_rules import rule_pack
from argo_server.wiring.backtest import BacktestChoice, open_backtest
from argo_server.wiring.market import RECORDED_DAYS

log = structlog.get_logger(__name__)


@asynccontextmanager
async def open_lab(settings: Settings, database: Database) -> AsyncIterator[LabServices]:
    """The lab's desk, by the wall clock: the processes that it has started end with the context, and their runs are
    worked on again by the next one."""
    clock = SystemClock()
    processes = LabProcesses(lab_command, lab_environment(settings), lambda line: log.info("lab_said", line=line))
    runs = SqlLabRuns(database)
    desk = LabDesk(runs, runs, processes, clock, sortable_ids(clock), settings.file.backtest.workers)

    async def ask(request: BacktestRequest) -> Asked:
        document, key = await asyncio.to_thread(_stored_form, newest_settings(settings), request, clock)
        return await desk.ask(request.kind, document, key)

    try:
        yield LabServices(desk=desk, ask=ask, symbols=REPLAY_SYMBOLS)
    finally:
        await processes.close()


async def work_on(settings: Settings, run_id: str, attempt: int) -> LabRun:
    """Work on a run, and keep what it found. Raises DataError `unknown_run`, StoreError."""
    database = await Database.open(settings.database_url)
    try:

        async def work(asked: LabRequest, progress: Progress) -> Worked:
            return await _worked(settings, asked, progress)

        return await LabWork(SqlLabRuns(database), SystemClock(), work, _report).take(run_id, attempt, owner_here())
    finally:
        await database.close()


@asynccontextmanager
async def open_lab_desk(settings: Settings) -> AsyncIterator[LabDesk]:
    """For commands: to look at runs and to cancel them. It starts nothing."""
    clock, database = SystemClock(), await Database.open(settings.database_url)
    runs = SqlLabRuns(database)
    processes = LabProcesses(lab_command, {}, _unheard)
    try:
        yield LabDesk(runs, runs, processes, clock, sortable_ids(clock), 0)
    finally:
        await database.close()


def _stored_form(settings: Settings, request: BacktestRequest, clock: Clock) -> tuple[bytes, str]:
    """The document that is kept, and the key of its content. Raises DataError, ConfigError."""
    terms = settings.file.backtest
    costs = CostPolicy(fee_pct=terms.commission_pct, slippage_pct=terms.slippage_pct, spread_pct=terms.spread_pct)
    _require_recorded(request)
    whole = completed(request, REPLAY_SYMBOLS, terms.initial_capital, costs)
    document = document_of(whole, lab_rules(settings))
    further = [importlib.metadata.version("argo-core"), *map(recording_digest, whole.symbols or ())]
    if whole.executor == "prop_firm":
        further.append(repr(rule_pack(ExecutorRole(settings, whole.executor, prop_firm=True))))
    if settings.file.replay.recordings is not None:
        further.append(to_text(clock.now()))  # a live run may add answers to them: no two requests are equal then
    return document, content_key(document, further)


def _require_recorded(request: BacktestRequest) -> None:
    first, last = RECORDED_DAYS
    if (request.begin or first) < first or (request.end or last) > last:
        raise DataError("bad_period", f"history is recorded from {first} to {last}: choose a period within")


async def _worked(settings: Settings, asked: LabRequest, progress: Progress) -> Worked:
    kept = document_from(asked.document)
    request, chosen = kept.request, with_lab_rules(settings, bytes(kept.rules))
    terms = msgspec.structs.replace(
        chosen.file.backtest,
        initial_capital=request.initial_capital or chosen.file.backtest.initial_capital,
        commission_pct=request.commission_pct or 0.0,
        slippage_pct=request.slippage_pct or 0.0,
        spread_pct=request.spread_pct or 0.0,
        seed=request.seed,
    )
    chosen = replace(chosen, file=msgspec.structs.replace(chosen.file, backtest=terms))
    choice = BacktestChoice(
        symbols=request.symbols,
        begin=None if request.begin is None else request.begin.isoformat(),
        end=None if request.end is None else request.end.isoformat(),
        prop_firm=request.executor == "prop_firm",
    )
    async with open_backtest(chosen, choice) as (test, _):
        chance = default_rng(request.seed)
        result = await asyncio.to_thread(lab_report, request, test, chance, terms.random_entries, progress)
    return Worked(summary=msgspec.json.encode(summary(result)), result=result_bytes(result))


def _report(fault: Exception) -> None:
    log.error("lab_work_failed", trace="".join(traceback.format_exception(fault)))


def _unheard(_: str) -> None:
    """Nothing is started here."""
