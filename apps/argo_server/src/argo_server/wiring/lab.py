"""The lab: what takes requests in a generator, and what works on one of them in a process of its own."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import msgspec
import structlog
from numpy.random import default_rng

from argo_core.adapters.code_hash import codes_hash, installed_hash
from argo_core.adapters.installed_sources import source_packages
from argo_core.adapters.lab_processes import LabProcesses, owner_here
from argo_core.adapters.replay import REPLAY_SYMBOLS, recording_digest
from argo_core.adapters.sortable_id import sortable_ids
from argo_core.adapters.sql import Database, SqlLabRuns
from argo_core.adapters.system_clock import SystemClock
from argo_core.backtest import Backtest
from argo_core.backtest.comparisons.random_entry import Chance
from argo_core.backtest.kept_runs import Told
from argo_core.backtest.lab.desk import LabDesk
from argo_core.backtest.lab.report import lab_report, summary
from argo_core.backtest.lab.request import (
    STORED,
    TIMEFRAME,
    BacktestRequest,
    LabDocument,
    completed,
    content_key,
    document_from,
    document_of,
    of_bars,
)
from argo_core.backtest.lab.result import result_bytes, result_of
from argo_core.backtest.lab.work import LabWork, Progress, Worked
from argo_core.backtest.stored_history import StoredChoice, newest_series
from argo_core.errors import ArgoError, DataError
from argo_core.execution.costs import CostPolicy
from argo_core.model.instant import to_text
from argo_core.model.lab_run import Asked, LabRequest, LabRun
from argo_core.model.stored_series import Adjustment, StoredSeries
from argo_core.ports import Clock
from argo_server.services import LabServices
from argo_server.settings import ExecutorRole, Settings
from argo_server.settings.lab_rules import lab_command, lab_environment, lab_rules, newest_settings, with_lab_rules
from argo_server.wiring.account_rules import rule_pack
from argo_server.wiring.backtest import BacktestChoice
from argo_server.wiring.bar_library import open_library
from argo_server.wiring.kept_backtests import kept_backtest
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
        yield LabServices(desk=desk, ask=ask, symbols=REPLAY_SYMBOLS, stored=lambda: _stored_bars(settings))
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
    series = _wanted_series(settings, of_bars(request))
    symbols = tuple(each.key.symbol for each in series) if series else REPLAY_SYMBOLS
    whole = completed(request, symbols, terms.initial_capital, costs)
    hashes = {each.key.symbol: each.content_hash for each in series}
    document = document_of(whole, lab_rules(settings), hashes)
    sources = source_packages(settings.file.data_sources.extra)
    further = [codes_hash(("argo_core", "argo_server", *sources)), installed_hash()]
    if not series:
        further += map(recording_digest, whole.symbols or ())
    if whole.executor == "prop_firm":
        further.append(repr(rule_pack(ExecutorRole(settings, whole.executor, prop_firm=True))))
    if settings.file.replay.recordings is not None:
        further.append(to_text(clock.now()))  # a live run may add answers to them: no two requests are equal then
    return document, content_key(document, further)


def _wanted_series(settings: Settings, request: BacktestRequest) -> tuple[StoredSeries, ...]:
    """The stored series that are meant, none for packaged history. Raises DataError, ConfigError, StoreError."""
    if request.bars != STORED:
        first, last = RECORDED_DAYS
        begin, end = request.begin or first, request.end or last
        if begin < first or end > last or begin >= last:
            raise DataError("bad_period", f"history is recorded from {first} to {last}: choose a period within")
        return ()
    stored = _stored_choice(request)
    series = newest_series(open_library(settings), request.symbols, stored.timeframe, stored.adjustment)
    first, last = min(each.first for each in series).date(), max(each.last for each in series).date()
    if (request.begin or first) > last or (request.end or last) < first:
        raise DataError("bad_period", f"bars are stored from {first} to {last}: choose a period that they reach")
    return series


def _stored_choice(request: BacktestRequest, kept: LabDocument | None = None) -> StoredChoice:
    whole = of_bars(request)
    return StoredChoice(
        timeframe=whole.timeframe or TIMEFRAME,
        adjustment=whole.adjustment or Adjustment.SPLIT,
        hashes=kept.hashes if kept else None,
    )


def _stored_bars(settings: Settings) -> tuple[tuple[StoredSeries, ...], str | None]:
    """What the library holds for people to choose from, and why it cannot be read."""
    try:
        return tuple(each.newest for each in open_library(settings).series()), None
    except ArgoError as error:
        return (), str(error)


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
        stored=_stored_choice(request, kept) if request.bars == STORED else None,
    )

    def reported(test: Backtest, _: Chance, trials: int) -> Told:
        chance = default_rng(request.seed)
        result = lab_report(request, test, chance, terms.random_entries, progress, trials=trials)
        return Told(result_bytes(result), {each.code: each.value for each in result.headline if each.value is not None})

    found = await kept_backtest(chosen, choice, lambda trials: f"lab {trials} {asked.document.decode()}", reported)
    return Worked(summary=msgspec.json.encode(summary(result_of(found.document))), result=found.document)


def _report(fault: Exception) -> None:
    log.error("lab_work_failed", trace="".join(traceback.format_exception(fault)))


def _unheard(_: str) -> None:
    """Nothing is started here."""
