"""A live executor fed the bytes of signals: what the profit backtest must equal."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime

from argo_core.adapters.simulated import SimulatedExchange
from argo_core.backtest.account import Account
from argo_core.execution.matching import Matching
from argo_core.ledger import SCHEME, signal_hash
from argo_core.model.bars import Bar, Bars
from argo_core.model.instant import from_instant64
from argo_core.model.signal import SealedSignal, Signal
from argo_core.pipeline.execution_ports import ExecutorStores, VenuePorts
from argo_core.pipeline.executor import Executor
from argo_core.pipeline.wire import signal_body
from argo_core.testing.memory_exchange_store import MemoryExchangeStore
from argo_core.testing.memory_executor import MemoryExecutorStore
from argo_core.testing.memory_halts import MemoryBarWindow, MemoryHalts, MemoryWatchLog
from tests.argo.backtest.live_cycles import LiveRun
from tests.argo.backtest.markets import Market, aware


@dataclass
class SetClock:
    """Shows what it is set to."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


@dataclass
class LiveAccount:
    """What the executor left: its store, and equity by moment."""

    store: MemoryExecutorStore
    halts: MemoryHalts
    equity: list[float]


async def live_account(account: Account, market: Market, run: LiveRun) -> LiveAccount:
    """Each moment: the new bars of every symbol, then the signals of that cycle, one body after the other."""
    moments, numbers = aware(market.moments), itertools.count(1)
    clock, store, halts = SetClock(moments[0]), MemoryExecutorStore(), MemoryHalts()
    exchange = SimulatedExchange(
        MemoryExchangeStore(), Matching(account.costs, account.exchange), "SIM-1", account.cash, clock
    )
    stores = ExecutorStores(store, store, halts, halts, MemoryWatchLog(), MemoryBarWindow())
    venue = VenuePorts.of(exchange)
    executor = Executor(account.policy, account.rules, venue, stores, clock, lambda: str(next(numbers)))
    await executor.recover()
    left, shown = LiveAccount(store, halts, []), dict.fromkeys((bars.symbol for bars in market.bars), 0)
    for number, clock.moment in enumerate(moments):
        await executor.mark(sorted(_fresh(market, shown, clock.moment), key=lambda bar: (bar.start, bar.symbol)))
        for moment, signal in run.signals:
            if moment == number:
                await executor.receive(signal_body(sealed(signal), None, 0.0))
                await executor.work()
        left.equity.append((await exchange.snapshot()).equity)
    return left


def sealed(signal: Signal) -> SealedSignal:
    """The signal with its hash."""
    return SealedSignal(signal=signal, scheme=SCHEME, verification_hash=signal_hash(signal.hashed_fields()))


def _fresh(market: Market, shown: dict[str, int], now: datetime) -> list[Bar]:
    fresh = list[Bar]()
    for bars in market.bars:
        known = len(bars.until(now))
        fresh += [_bar(bars, number) for number in range(max(shown[bars.symbol], known - 90), known)]
        shown[bars.symbol] = known
    return fresh


def _bar(bars: Bars, number: int) -> Bar:
    values = dict(zip(("open", "high", "low", "close", "volume"), bars.values[:, number].tolist(), strict=True))
    start = from_instant64(bars.start[number])
    return Bar(symbol=bars.symbol, timeframe=bars.timeframe.name, start=start, **values)
