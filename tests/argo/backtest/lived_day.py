"""A day that is really lived: the packaged market through cycles and an executor, stored in two SQLite files."""

from __future__ import annotations

import dataclasses
import itertools
import shutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from argo_core.adapters.exchange_calendar import ExchangeCalendar
from argo_core.adapters.replay import ReplayFeed, ReplayLibrary
from argo_core.adapters.sql import Database, SqlExchangeStore, SqlOpinionLog, SqlOutbox, SqlSignalLog
from argo_core.adapters.sql.account_pin import AccountPin, pin_account
from argo_core.adapters.sql.executor_days import SqlExecutorDays
from argo_core.adapters.sql.executor_stores import executor_stores
from argo_core.adapters.sql.opinion_days import answers_known
from argo_core.adapters.sql.recorded_days import SqlRecordedDays
from argo_core.backtest.account import Account
from argo_core.backtest.emission import EmissionRules
from argo_core.backtest.kept_answers import KeptAnswers
from argo_core.backtest.parity import Parity, TradedAccount
from argo_core.backtest.strategy import Strategy
from argo_core.backtest.waiting import at_once
from argo_core.consensus import ConsensusEngine, ConsensusPolicy, Weights
from argo_core.execution.matching import Matching
from argo_core.measures.feature_tracker import FeatureTracker
from argo_core.model.bars import Bars
from argo_core.model.parity import ParityReport
from argo_core.model.sessions import Sessions
from argo_core.model.shard import WHOLE, Shard
from argo_core.model.source import Group, SourceSpec, Wave
from argo_core.pipeline import Cycle, CyclePolicy, Stages
from argo_core.pipeline.execution_ports import VenuePorts
from argo_core.pipeline.executor import Executor
from argo_core.pipeline.owned_log import OwnedLog
from argo_core.pipeline.publish import Routes
from argo_core.pipeline.receive_marks import received_marks
from argo_core.pipeline.simulated_exchange import SimulatedExchange
from argo_core.ports.opinion_log import OpinionLog
from argo_core.ports.source import Source
from argo_core.regime import RegimeDetector, RegimePolicy
from argo_core.risk import LevelPolicy
from argo_core.sources import FeatureSource, price_action, technical
from argo_core.sources.recorded_opinion import RecordedOpinionSource
from argo_core.testing.contracts.opinion_log import sample_answer
from argo_core.testing.fixed_clock import FixedClock
from argo_core.tracking import CostPolicy, HorizonPolicy, Tracker

SYMBOLS = ("AAPL", "AMZN", "GOOGL", "TSLA", "AMD", "BA")
DAY = date(2026, 3, 2)
MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MARKET_FROM, MARKET_TO = datetime(2018, 11, 1, tzinfo=UTC), datetime(2019, 9, 30, tzinfo=UTC)
CASH, NUMBER, TOPIC = 100_000.0, "SIM-PARITY", "argo"
THRESHOLD = 60.0
Act = Callable[["Lived"], Awaitable[None]]


@dataclass(frozen=True)
class Market:
    """The packaged history."""

    bars: dict[str, Bars]
    sessions: Sessions


def packaged(cache: Path) -> Market:
    """Real bars, and the exchange's sessions."""
    calendar = ExchangeCalendar("XNYS", cache)
    return Market(ReplayLibrary(calendar, cache).load(SYMBOLS), calendar.sessions(date(2009, 1, 2), date(2020, 12, 31)))


def sources_of(tracker: FeatureTracker, answers: OpinionLog) -> tuple[Source, ...]:
    """Two that vote on bars and a model that votes with what was kept, as in a replay of recordings."""
    spec = {
        "price": SourceSpec(name="replay_price_action", group=Group.MARKET_DATA, weight=0.40),
        "chart": SourceSpec(name="replay_technical", group=Group.TECHNICAL, weight=0.25),
        "model": SourceSpec(name="sonar", group=Group.AI, weight=0.35, wave=Wave.LATER),
    }
    return (
        FeatureSource(spec["price"], price_action, tracker),
        FeatureSource(spec["chart"], technical, tracker),
        RecordedOpinionSource(spec["model"], answers),
    )


@dataclass
class Lived:
    """One process that is both generators and executor, over two files. `cycles` has one for each share of the
    symbols; those of `resting` do not run."""

    market: Market
    generator: Database
    books: Database
    clock: FixedClock
    cycles: tuple[tuple[Shard, Cycle], ...]
    executor: Executor
    outbox: SqlOutbox
    account: Account
    threshold: float = THRESHOLD
    deliver: bool = True
    slow: bool = False
    late: list[bytes] = field(default_factory=list)
    resting: set[Shard] = field(default_factory=set)

    async def trade(self) -> None:
        """The executor receives what was on its way."""
        for body in self.late:
            await self.executor.receive(body)
        self.late.clear()
        await self.executor.work()

    async def step(self) -> None:
        """A cycle of each share, and what it sends to the executor; where that is slow, signals come behind the next
        prices."""
        self.clock.advance(timedelta(seconds=5))
        for share, cycle in self.cycles:
            if share not in self.resting:
                await cycle.run(share.deal(SYMBOLS))
        self.clock.advance(timedelta(milliseconds=20))
        pending = await self.outbox.pending(TOPIC, 500)
        for each in pending:
            body = each.message.payload
            if each.message.key.startswith("marks:"):
                await self.executor.mark(received_marks(body))
                await self.trade()
            elif self.deliver:
                self.late.append(body)
        if not self.slow:
            await self.trade()
        await self.outbox.mark_delivered([each.position for each in pending], self.clock.now())


async def live_a_day(
    market: Market,
    folder: Path,
    files: Mapping[str, Path],
    cycles: int,
    acts: Mapping[int, Act] = MappingProxyType({}),
    *,
    opinions: bool = True,
    account: Account | None = None,
    generators: int = 1,
) -> Path:
    """`cycles` sessions of the market within one day of the wall clock; before a cycle its act, if it has one. The
    `generators` have shares of the symbols."""
    for name, source in files.items():
        shutil.copy(source, folder / f"{name}.db")
    generator, books = await _open(folder, "generator"), await _open(folder, "books")
    try:
        if opinions:
            await _keep_opinions(SqlOpinionLog(generator), market)
        lived = await _begun(market, generator, books, account_of() if account is None else account, generators)
        for number in range(cycles):
            if number in acts:
                await acts[number](lived)
            await lived.step()
    finally:
        await generator.close()
        await books.close()
    return folder


async def _begun(market: Market, generator: Database, books: Database, account: Account, generators: int = 1) -> Lived:
    clock, shares = FixedClock(MORNING), [Shard(index, generators) for index in range(1, generators + 1)]
    cycles = tuple((share, _cycle(market, generator, clock, THRESHOLD, share)) for share in shares)
    executor = await _executor(books, clock, account)
    await executor.recover()
    return Lived(market, generator, books, clock, cycles, executor, SqlOutbox(generator), account)


def account_of() -> Account:
    """A regular account; nothing about it is a test's own but its name."""
    return named(Account.regular(cash=CASH))


def named(account: Account) -> Account:
    """The account as that of the lived day's executor."""
    return dataclasses.replace(account, policy=dataclasses.replace(account.policy, executor_id=TOPIC))


async def compared(
    market: Market, folder: Path, account: Account | None = None, threshold: float = THRESHOLD, day: date = DAY
) -> ParityReport:
    """The day of those files beside its replay."""
    generator, books = await _open(folder, "generator"), await _open(folder, "books")
    try:
        recorded = await SqlRecordedDays(generator).day(day)
        live = await SqlExecutorDays(books).day(day)
        answers = await answers_known(generator, MARKET_FROM, MARKET_TO)
    finally:
        await generator.close()
        await books.close()
    strategy = strategy_of(market, KeptAnswers(answers), threshold)
    parity = Parity(strategy, tuple(market.bars.values()), SYMBOLS)
    traded = TradedAccount(live, account_of() if account is None else account, "simulated")
    (report,) = parity.reports(recorded, [traded], MORNING + timedelta(days=1))
    return report


def strategy_of(market: Market, answers: OpinionLog, threshold: float) -> Strategy:
    """The lived day's own rules, as the backtest takes them."""
    sources = sources_of(FeatureTracker(), answers)
    engine = ConsensusEngine(Weights.of(source.spec for source in sources), ConsensusPolicy(threshold=threshold))
    rules = EmissionRules(_policy(), LevelPolicy(), HorizonPolicy(), CostPolicy(), market.sessions, "replay")
    return Strategy(sources, engine, RegimePolicy(), rules, at_once)


def with_threshold(lived: Lived, threshold: float) -> None:
    """Changed settings, taken over between two cycles."""
    for _, cycle in lived.cycles:
        engine = ConsensusEngine(cycle.stages.engine.weights, ConsensusPolicy(threshold=threshold))
        cycle.adopt(dataclasses.replace(cycle.stages, engine=engine))


def _policy() -> CyclePolicy:
    return CyclePolicy(routes=Routes(distributors=(), executors=(TOPIC,)))


def _cycle(market: Market, database: Database, clock: FixedClock, threshold: float, share: Shard = WHOLE) -> Cycle:
    tracker, numbers = FeatureTracker(), itertools.count(1 if share.is_whole else share.index * 100_000 + 1)
    sources = sources_of(tracker, SqlOpinionLog(database))
    weights = Weights.of(source.spec for source in sources)
    stages = Stages(
        feed=ReplayFeed(market.bars, market.sessions, MARKET_FROM, MARKET_TO),
        sources=sources,
        tracker=tracker,
        detector=RegimeDetector(RegimePolicy(), tracker),
        engine=ConsensusEngine(weights, ConsensusPolicy(threshold=threshold)),
        sessions=market.sessions,
        clock=clock,
        new_id=lambda: f"{next(numbers):06d}",
        ticks=lambda: 0.0,
        policy=_policy(),
        shard=share,
    )
    own = OwnedLog(SqlSignalLog(database), lambda symbol: share.owns(symbol, SYMBOLS))
    return Cycle(stages, Tracker(own), None)


async def _executor(database: Database, clock: FixedClock, account: Account) -> Executor:
    pin = AccountPin(executor_id=TOPIC, account_number=NUMBER, starting_cash=CASH)
    await pin_account(database, pin, clock.now())
    matching = Matching(account.costs, account.exchange)
    exchange = SimulatedExchange(SqlExchangeStore(database), matching, NUMBER, CASH, clock)
    numbers = itertools.count(1)
    return Executor(
        account.policy,
        account.rules,
        VenuePorts.of(exchange),
        executor_stores(database, clock),
        clock,
        lambda: f"{next(numbers):04d}",
    )


async def _keep_opinions(log: SqlOpinionLog, market: Market) -> None:
    """What a model once said about AAPL, ten minutes of it at a time: at some closes it is fresh, at others silent."""
    closes = market.sessions.closes_between(MARKET_FROM, MARKET_TO)
    for number, close in enumerate(closes.tolist()[:60:3]):
        at = close.replace(tzinfo=UTC) - timedelta(seconds=30)
        symbol = SYMBOLS[number % len(SYMBOLS)]
        said: dict[str, Any] = {
            "direction": 1 if number % 2 else -1,
            "confidence": 90.0,
            "symbol": symbol,
            "raw": b"{}",
        }
        await log.keep(sample_answer(market_as_of=at, asked_at=at, answered_at=at, **said))


async def _open(folder: Path, name: str) -> Database:
    return await Database.open(f"sqlite+aiosqlite:///{folder / f'{name}.db'}")
