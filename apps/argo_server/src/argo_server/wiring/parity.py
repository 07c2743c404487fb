"""A live day beside its replay: which records, which bars, which rules."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta

from argo_core.adapters.sql import Database
from argo_core.adapters.sql.opinion_days import answers_known
from argo_core.adapters.sql.parity_reports import SqlParityReports
from argo_core.adapters.sql.recorded_days import SqlRecordedDays
from argo_core.adapters.system_clock import SystemClock
from argo_core.backtest.emission import EmissionRules
from argo_core.backtest.kept_answers import KeptAnswers
from argo_core.backtest.parity import Parity
from argo_core.backtest.strategy import Strategy
from argo_core.backtest.waiting import at_once
from argo_core.consensus import ConsensusEngine, Weights
from argo_core.errors import ConfigError, DataError
from argo_core.model.parity import ParityReport
from argo_core.model.recorded_day import RecordedDay
from argo_core.ports import Clock
from argo_core.regime import RegimePolicy
from argo_core.risk import LevelPolicy
from argo_core.tracking import CostPolicy, HorizonPolicy
from argo_server.metrics import ParityRecord
from argo_server.services import ParityServices
from argo_server.settings import Settings, market_choice
from argo_server.wiring.market_parts import MarketParts
from argo_server.wiring.parity_accounts import traded_accounts
from argo_server.wiring.parity_market import KeptMarket, kept_live, kept_replay
from argo_server.wiring.policies import as_policy, consensus_policy, cycle_policy
from argo_server.wiring.recordings import recordings_path

ANSWERS_BEFORE = timedelta(days=2)
"""How old an answer may be that a day still votes with: more than any time to live."""
OpenMarket = Callable[[RecordedDay, KeptAnswers], Awaitable[KeptMarket]]


@dataclass(frozen=True, slots=True)
class ParityRun:
    """Compares and stores. `market` gives what a day is replayed on."""

    settings: Settings
    database: Database
    clock: Clock
    market: OpenMarket
    found: ParityRecord

    async def __call__(self, day: date, executor_id: str | None) -> tuple[ParityReport, ...]:
        """The reports, each stored. Raises DataError, ConfigError, StoreError."""
        recorded = await SqlRecordedDays(self.database).day(day)
        if not recorded.cycles:
            raise DataError("no_cycles", f"no cycle ran on {recorded.day}: name another with --day YYYY-MM-DD")
        market = await self.market(recorded, await self._answers(recorded))
        accounts, note = await traded_accounts(self.settings, day, executor_id, recorded)
        parity = Parity(_strategy(self.settings, market), market.bars, market.symbols)
        # Beside the event loop: a day of many symbols takes seconds.
        reports = await asyncio.to_thread(parity.reports, recorded, accounts, self.clock.now(), note)
        store = SqlParityReports(self.database)
        for report in reports:
            await store.append(report)
            self.found.note(report)
        return reports

    async def _answers(self, recorded: RecordedDay) -> KeptAnswers:
        """What language models had answered: in a replay those of the live run that it replays."""
        times = [cycle.as_of for cycle in recorded.cycles]
        begin, end = min(times) - ANSWERS_BEFORE, max(times)
        path = None if market_choice(self.settings).live else recordings_path(self.settings)
        if path is None:
            return KeptAnswers(await answers_known(self.database, begin, end))
        recordings = await Database.open(f"sqlite+aiosqlite:///{path}")
        try:
            return KeptAnswers(await answers_known(recordings, begin, end))
        finally:
            await recordings.close()


def parity_services(settings: Settings, database: Database, clock: Clock, parts: MarketParts) -> ParityServices:
    """Of a generator's process."""
    found = ParityRecord()

    async def market(day: RecordedDay, answers: KeptAnswers) -> KeptMarket:
        if parts.live is None:
            return await asyncio.to_thread(kept_replay, settings, day, answers)
        return await kept_live(settings, parts, day, answers)

    run = ParityRun(settings, database, clock, market, found)
    return ParityServices(SqlParityReports(database), run, found, clock)


@asynccontextmanager
async def open_parity(settings: Settings) -> AsyncIterator[ParityServices]:
    """For a command beside the generator or without one. Raises ConfigError for a live market, whose bars only its
    generator keeps."""
    choice = market_choice(settings)
    if choice.live:
        raise ConfigError("the bars of a live market are the generator's: its daily job compares, see /parity")

    async def market(day: RecordedDay, answers: KeptAnswers) -> KeptMarket:
        return await asyncio.to_thread(kept_replay, settings, day, answers)

    database = await Database.open(settings.database_url)
    try:
        found = ParityRecord()
        clock = SystemClock()
        run = ParityRun(settings, database, clock, market, found)
        yield ParityServices(SqlParityReports(database), run, found, clock)
    finally:
        await database.close()


def _strategy(settings: Settings, market: KeptMarket) -> Strategy:
    """The stages as a generator with these settings has them."""
    file = settings.file
    rules = EmissionRules(
        cycle=cycle_policy(file),
        levels=as_policy(file.levels, LevelPolicy),
        horizon=as_policy(file.horizon, HorizonPolicy),
        costs=as_policy(file.costs, CostPolicy),
        sessions=market.sessions,
        origin="",
    )
    engine = ConsensusEngine(Weights.of(source.spec for source in market.sources), consensus_policy(file))
    return Strategy(market.sources, engine, as_policy(file.regime, RegimePolicy), rules, at_once)
