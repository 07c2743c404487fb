"""A generator over recorded or scripted bars and its two executors in one process, a trading day at a time."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count

from argo_core.adapters.exchange_calendar import ExchangeCalendar
from argo_core.adapters.replay import ReplayFeed, ReplayLibrary, UnrecordedSource
from argo_core.adapters.replay.scripted import Script, ScriptedFeed
from argo_core.adapters.simulated import SimulatedExchange
from argo_core.consensus import ConsensusEngine, ConsensusPolicy, Weights
from argo_core.execution.costs import CostPolicy
from argo_core.execution.matching import Matching
from argo_core.measures.feature_tracker import FeatureTracker
from argo_core.model.bars import Bars
from argo_core.model.cycle import MessageKind
from argo_core.model.sessions import Sessions
from argo_core.model.source import Group, SourceSpec, Wave
from argo_core.pipeline import CyclePolicy, Stages
from argo_core.pipeline.cycle import Cycle
from argo_core.pipeline.execute import ExecutionPolicy
from argo_core.pipeline.execution_ports import ExecutorStores, VenuePorts
from argo_core.pipeline.executor import Executor
from argo_core.pipeline.executor_rules import ExecutorRules
from argo_core.pipeline.publish import Routes
from argo_core.pipeline.receive_marks import received_marks
from argo_core.regime import RegimeDetector
from argo_core.risk import RiskPolicy, Standing
from argo_core.sources import FeatureSource, price_action, technical
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_exchange_store import MemoryExchangeStore
from argo_core.testing.memory_executor import MemoryExecutorStore
from argo_core.testing.memory_halts import MemoryBarWindow, MemoryHalts, MemoryWatchLog
from argo_core.testing.memory_log import MemoryLog
from argo_core.tracking import Tracker

SYMBOLS = (
    "AAPL", "AMZN", "GOOGL", "TSLA", "AMD", "BA", "SPY", "BTC-USD", "ETH-USD", "LTC-USD", "XRP-USD", "EOS-USD",
)  # fmt: skip
GROUPS = {symbol: "crypto" if symbol.endswith("-USD") else "stocks" for symbol in SYMBOLS}
END = datetime(2019, 9, 30, tzinfo=UTC)
CASH = 100_000.0
EXECUTORS = "executors"


class Account:
    """An executor on the simulated exchange, everything in memory."""

    def __init__(self, name: str, policy: RiskPolicy, clock: FixedClock) -> None:
        self.name, self._clock, self._numbers = name, clock, count(1)
        costs = CostPolicy(slippage_pct=0.05, fee_pct=0.1, spread_pct=0.05)
        self.exchange = SimulatedExchange(MemoryExchangeStore(), Matching(costs), f"SIM-{name}", CASH, clock)
        self.store, self.halts = MemoryExecutorStore(), MemoryHalts()
        stores = ExecutorStores(
            self.store, self.store, self.halts, self.halts, MemoryWatchLog(), MemoryBarWindow()
        )  # fmt: skip
        self.executor = Executor(
            ExecutionPolicy(name, policy.layers, policy.size, Standing(auto_execute=True)),
            ExecutorRules(watch=policy.watch, groups=GROUPS),
            VenuePorts.of(self.exchange), stores, clock, lambda: str(next(self._numbers)),
        )  # fmt: skip

    async def hear(self, kind: str, body: bytes) -> None:
        """A message of the generator, then the check that follows within seconds."""
        if kind == MessageKind.MARKS:
            await self.executor.mark(received_marks(body))
        else:
            await self.executor.receive(body)
            await self.executor.work()
        await self.executor.check()

    def codes(self) -> set[str]:
        """Of all denials."""
        return {one.code for told in self.store.verdicts.values() for one in told.verdicts if hasattr(one, "code")}


@dataclass(frozen=True)
class Day:
    """Where an account stood at the end of a trading day."""

    market_date: date
    equity: float
    floor: float
    level: str
    halt: str | None
    positions: tuple[str, ...]
    orders: int
    signals: int


class Run:
    """`days` yields, day by day, where each account stands; what the accounts hear is what a generator sends."""

    def __init__(self, start: date, policies: Mapping[str, RiskPolicy], script: Script | None) -> None:
        self.clock = FixedClock(datetime(2026, 3, 2, 15, 0, tzinfo=UTC))
        self.accounts = {name: Account(name, policy, self.clock) for name, policy in policies.items()}
        history, sessions = recorded()
        begin = datetime.combine(start, datetime.min.time(), tzinfo=UTC)
        self.feed = (
            ReplayFeed(history, sessions, begin, END)
            if script is None
            else ScriptedFeed(history, sessions, begin, END, None, script)
        )
        self.data_sources: set[str] = set()
        self._cycle = Cycle(_stages(self.feed, sessions, self.clock), Tracker(MemoryLog()), None)

    async def begin(self) -> None:
        for account in self.accounts.values():
            await account.executor.recover()

    async def day(self) -> dict[str, Day]:
        """One cycle of the generator, two seconds of wall clock and a trading day later."""
        self.clock.advance(timedelta(seconds=2))
        report = await self._cycle.run(SYMBOLS)
        for message in report.record.outbox:
            for account in self.accounts.values() if message.topic == EXECUTORS else ():
                await account.hear(message.kind, message.payload)
        self.data_sources |= {report.record.data_source, *(one.signal.data_source for one in report.record.signals)}
        signals = len(report.record.signals)
        return {
            name: await _standing(account, report.record.as_of.date(), signals)
            for name, account in self.accounts.items()
        }


@functools.cache
def recorded() -> tuple[dict[str, Bars], Sessions]:
    """The demonstration's history and the exchange's sessions."""
    calendar = ExchangeCalendar("XNYS")
    return ReplayLibrary(calendar).load(SYMBOLS), calendar.sessions(date(2009, 1, 2), date(2020, 12, 31))


async def _standing(account: Account, market_date: date, signals: int) -> Day:
    watched, held = await account.executor.watched(), await account.executor.account()
    halt = account.executor.standing
    return Day(
        market_date, held.equity, watched.nearest.equity, watched.level.value,
        None if halt is None else halt.code.value,
        tuple(f"{one.symbol}:{one.quantity:g}" for one in held.positions), len(held.open_orders), signals,
    )  # fmt: skip


def _stages(feed: ReplayFeed, sessions: Sessions, clock: FixedClock) -> Stages:
    tracker, numbers = FeatureTracker(), _numbers()
    sources = (
        FeatureSource(
            SourceSpec(name="replay_price_action", group=Group.MARKET_DATA, weight=0.4), price_action, tracker
        ),
        FeatureSource(SourceSpec(name="replay_technical", group=Group.TECHNICAL, weight=0.25), technical, tracker),
        UnrecordedSource(SourceSpec(name="x_sentiment", group=Group.SENTIMENT, weight=0.2, wave=Wave.PRICE)),
        UnrecordedSource(SourceSpec(name="sonar", group=Group.AI, weight=0.15, wave=Wave.PRICE)),
    )  # fmt: skip
    return Stages(
        feed=feed,
        sources=sources,
        tracker=tracker,
        detector=RegimeDetector(tracker=tracker),
        engine=ConsensusEngine(Weights.of(source.spec for source in sources), ConsensusPolicy(threshold=60.0)),
        sessions=sessions,
        clock=clock,
        new_id=lambda: next(numbers),
        ticks=lambda: 0.0,
        policy=CyclePolicy(price_change_threshold=0.005, routes=Routes(distributors=(), executors=(EXECUTORS,))),
    )


def _numbers() -> Iterator[str]:
    return (f"{number:08d}" for number in count(1))
