"""The only module that names adapters: settings in, frozen `Services` out, everything closed at the end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import msgspec

from argo_core.adapters.exchange_calendar import ExchangeCalendar
from argo_core.adapters.replay import REPLAY_SYMBOLS, ReplayFeed, ReplayLibrary, UnrecordedSource
from argo_core.adapters.sortable_id import sortable_ids
from argo_core.adapters.sql import Database, SqlDecisionReader, SqlOutbox, SqlSignalLog, SqlSignalReader
from argo_core.adapters.sql.generator_lock import generator_lock
from argo_core.adapters.sql.unify import UnifyReport, unify
from argo_core.adapters.sql.upgrade import UpgradeReport, upgrade
from argo_core.adapters.system_clock import SystemClock
from argo_core.consensus import ConsensusEngine, ConsensusPolicy, Missing, Weights
from argo_core.consensus.policy import DEFAULT_FACTORS
from argo_core.errors import ConfigError
from argo_core.measures.feature_tracker import FeatureTracker
from argo_core.model.bars import Bars
from argo_core.model.market_view import MarketView
from argo_core.model.sessions import Sessions
from argo_core.model.source import Group, SourceSpec, Wave
from argo_core.pipeline import Cycle, CyclePolicy, Stages
from argo_core.pipeline.policy import Reemit
from argo_core.ports import Source
from argo_core.regime import RegimeDetector, RegimePolicy
from argo_core.risk import LevelPolicy
from argo_core.sources import FeatureSource, price_action, technical
from argo_core.tracking import HorizonPolicy, Tracker
from argo_server.announcements import Announcements
from argo_server.generator import Generator
from argo_server.metrics import Metrics
from argo_server.services import Records, Services
from argo_server.settings import Settings
from argo_server.settings.shape import ConfigFile
from argo_server.weights import configured_weights

P = TypeVar("P", bound=msgspec.Struct)
E = TypeVar("E", bound=StrEnum)

CALENDAR_DAYS = (date(2009, 1, 2), date(2020, 12, 31))
RECORDED_DAYS = (date(2009, 2, 9), date(2020, 2, 8))


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Everything a generator process needs, opened in order and closed in reverse.

    Raises ConfigError for settings that contradict each other, StoreError for a database that is not ready.
    """
    async with AsyncExitStack() as stack:
        clock = SystemClock()
        database = await Database.open(settings.database_url)
        stack.push_async_callback(database.close)
        await stack.enter_async_context(generator_lock(settings.database_url))
        decisions = SqlDecisionReader(database)
        market = await asyncio.to_thread(_recorded_market, settings)
        newest = await decisions.cycles(1)
        feed = market.feed(after=newest[0].as_of if newest else None)
        stages = _stages(settings, market, feed, clock)
        await asyncio.to_thread(stages.detector.detect, market.before(feed))
        cycle = Cycle(stages, Tracker(SqlSignalLog(database)))
        generation = settings.file.signal_generation
        generator = Generator(cycle, generation.symbols, generation.interval_seconds, clock, feed.origin)
        announcements, metrics = Announcements(), Metrics()
        generator.listen(metrics.observe)
        generator.listen(announcements.announce)
        stack.callback(announcements.close)
        yield Services(
            settings=settings,
            clock=clock,
            started_at=clock.now(),
            signals=SqlSignalReader(database),
            decisions=decisions,
            outbox=SqlOutbox(database),
            generator=generator,
            announcements=announcements,
            metrics=metrics,
            database_backend=database.dialect,
        )


@asynccontextmanager
async def open_records(settings: Settings) -> AsyncIterator[Records]:
    """What has been stored, for commands that only read. Raises StoreError for a database that is not ready."""
    database = await Database.open(settings.database_url)
    try:
        yield Records(signals=SqlSignalReader(database), decisions=SqlDecisionReader(database))
    finally:
        await database.close()


@dataclass(frozen=True, slots=True)
class _RecordedMarket:
    """The packaged history of the configured symbols and the exchange's sessions."""

    history: dict[str, Bars]
    sessions: Sessions
    start: datetime
    end: datetime

    def feed(self, after: datetime | None) -> ReplayFeed:
        """The replay, going on after the market time at which the last run stopped, if it lies in the period."""
        if after is not None and not self.start <= after <= self.end:
            raise ConfigError(
                f"this database is at market time {after:%Y-%m-%d}, outside replay {self.start:%Y-%m-%d} to "
                f"{self.end:%Y-%m-%d}: name another database.path, or a period that holds it"
            )
        return ReplayFeed(self.history, self.sessions, self.start, self.end, after)

    def before(self, feed: ReplayFeed) -> MarketView:
        """What is known before the feed's first view: loading it beforehand keeps the first cycle short."""
        return MarketView.of(self.history.values(), feed.resumed_at)


def _recorded_market(settings: Settings) -> _RecordedMarket:
    start, end = replay_period(settings.file)
    calendar = ExchangeCalendar("XNYS", settings.cache_folder)
    library = ReplayLibrary(calendar, settings.cache_folder)
    symbols = settings.file.signal_generation.symbols
    # A symbol without recorded bars stays in view without a price: its decisions say so.
    history = {symbol: Bars.empty(symbol) for symbol in symbols} | library.load(recorded_symbols(settings.file))
    return _RecordedMarket(history, calendar.sessions(*CALENDAR_DAYS), start, end)


def recorded_symbols(file: ConfigFile) -> list[str]:
    """The configured symbols that have a recording. Raises ConfigError if there is none."""
    symbols = file.signal_generation.symbols
    recorded = [symbol for symbol in symbols if symbol in REPLAY_SYMBOLS]
    if not recorded:
        raise ConfigError(f"no history of {', '.join(symbols)} is recorded: choose from {', '.join(REPLAY_SYMBOLS)}")
    return recorded


def replay_period(file: ConfigFile) -> tuple[datetime, datetime]:
    """From when to when recorded history is replayed. Raises ConfigError for a period without recordings."""
    start, end = _day(file.replay.start, "start"), _day(file.replay.end, "end")
    if end <= start:
        raise ConfigError(f"replay.end {file.replay.end} must be later than replay.start")
    first, last = RECORDED_DAYS
    if start.date() < first or end.date() > last:
        raise ConfigError(
            f"replay {file.replay.start} to {file.replay.end}: history is recorded from {first} to {last}"
        )
    return start, end


def _day(text: str, name: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text), datetime.min.time(), tzinfo=UTC)
    except ValueError as error:
        raise ConfigError(f"replay.{name} {text!r} is not a date: write YYYY-MM-DD") from error


def _stages(settings: Settings, market: _RecordedMarket, feed: ReplayFeed, clock: SystemClock) -> Stages:
    file = settings.file
    tracker = FeatureTracker()
    sources = replay_sources(file, tracker)
    weights = Weights.of(source.spec for source in sources)
    return Stages(
        feed=feed,
        sources=sources,
        tracker=tracker,
        detector=RegimeDetector(_convert(file.regime, RegimePolicy), tracker),
        engine=ConsensusEngine(weights, consensus_policy(file)),
        sessions=market.sessions,
        clock=clock,
        new_id=sortable_ids(clock),
        ticks=time.perf_counter,
        policy=cycle_policy(file),
        levels=_convert(file.levels, LevelPolicy),
        horizon=_convert(file.horizon, HorizonPolicy),
    )


def replay_sources(file: ConfigFile, tracker: FeatureTracker) -> tuple[Source, ...]:
    """The sources of a replay: two that vote on the recorded bars, two language models without recordings."""
    weights = configured_weights(file)
    price = SourceSpec(name="replay_price_action", group=Group.MARKET_DATA, weight=weights["alpaca_pro"])
    chart = SourceSpec(name="replay_technical", group=Group.TECHNICAL, weight=weights["yfinance"])
    mood = SourceSpec(name="x_sentiment", group=Group.SENTIMENT, weight=weights["x_sentiment"], wave=Wave.PRICE)
    model = SourceSpec(name="sonar", group=Group.AI, weight=weights["sonar"], wave=Wave.PRICE)
    return (
        FeatureSource(price, price_action, tracker),
        FeatureSource(chart, technical, tracker),
        UnrecordedSource(mood),
        UnrecordedSource(model),
    )


def consensus_policy(file: ConfigFile) -> ConsensusPolicy:
    """The consensus settings as the engine takes them."""
    rules = file.consensus
    return ConsensusPolicy(
        threshold=file.signal_generation.min_confidence,
        thresholds=rules.thresholds,
        min_coverage=rules.min_coverage,
        missing=_choice(Missing, rules.missing, "consensus.missing"),
        regime_factors=DEFAULT_FACTORS | rules.regime_factors,
        max_staleness_seconds=rules.max_staleness_seconds,
        max_deviation_pct=rules.max_deviation_pct,
    )


def check_settings(settings: Settings) -> None:
    """Builds everything that the settings describe, short of data and database. Raises ConfigError."""
    file = settings.file
    recorded_symbols(file)
    replay_period(file)
    consensus_policy(file)
    cycle_policy(file)
    _convert(file.regime, RegimePolicy)
    _convert(file.levels, LevelPolicy)
    _convert(file.horizon, HorizonPolicy)
    Weights.of(source.spec for source in replay_sources(file, FeatureTracker()))


def cycle_policy(file: ConfigFile) -> CyclePolicy:
    """The cycle's settings as the pipeline takes them."""
    generation = file.signal_generation
    return CyclePolicy(
        price_change_threshold=generation.price_change_threshold, reemit=_choice(Reemit, generation.reemit, "reemit")
    )


async def upgrade_database(settings: Settings) -> UpgradeReport:
    """Bring the configured database to the newest schema by the migrations that this distribution carries."""
    return await upgrade(settings.database_url, Path(__file__).parent / "migrations")


async def unify_databases(settings: Settings, old: Sequence[Path]) -> list[tuple[Path, UnifyReport]]:
    """Import databases of the earlier shape, one after the other."""
    database = await Database.open(settings.database_url)
    try:
        return [(path, await unify(path, database)) for path in old]
    finally:
        await database.close()


def _convert(section: msgspec.Struct, policy: type[P]) -> P:
    return policy(**msgspec.structs.asdict(section))


def _choice(options: type[E], value: str, key: str) -> E:
    try:
        return options(value)
    except ValueError as error:
        raise ConfigError(f"{key} is {value!r}: use {' or '.join(option.value for option in options)}") from error
