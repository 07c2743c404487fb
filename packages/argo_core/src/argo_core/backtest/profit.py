"""The profit backtest: signals and bars through the live executor, its risk layers, and the simulated exchange."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from argo_core.backtest.account import Account
from argo_core.backtest.fill_records import fill_records
from argo_core.backtest.history import History
from argo_core.backtest.profit_result import ProfitResult
from argo_core.backtest.run_stores import RunBarWindow, RunExchangeStore, RunHalts, RunInbox, RunWatchLog
from argo_core.backtest.strategy import Progress, silent
from argo_core.backtest.strategy_result import StrategyResult
from argo_core.backtest.waiting import at_once
from argo_core.execution.matching import Matching
from argo_core.model.bars import Bar, Bars
from argo_core.model.instant import from_instant64
from argo_core.model.signal import SealedSignal
from argo_core.pipeline.execution_ports import ExecutorStores, VenuePorts
from argo_core.pipeline.executor import Executor
from argo_core.pipeline.simulated_exchange import SimulatedExchange
from argo_core.ports.bar_window import KEPT

NUMBER = "SIM-BACKTEST"
Worth = tuple[float, float, float]
"""Equity, cash and exposure, in quote currency."""
EVERY = 64
"""Moments between two words on progress."""


class _MarketClock:
    """The wall clock of a backtest is the market's time."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


@dataclass(frozen=True, slots=True)
class Profit:
    """Each moment as a live executor meets it: first the bars that became complete, then the signals made of them."""

    account: Account

    def run(self, history: History, found: StrategyResult, progress: Progress = silent) -> ProfitResult:
        """The account over the moments of `history`, trading the signals of `found`. Raises what the stages raise."""
        desk = _Desk.open(self.account, from_instant64(history.instants[0]))
        signals = _by_moment(found)
        curve, feed = list[Worth](), _fresh_bars(history)
        for moment, instant in enumerate(history.instants.tolist()):
            curve.append(desk.step(instant.replace(tzinfo=UTC), next(feed), signals.get(moment, ())))
            if moment % EVERY == 0:
                progress(moment, len(history.instants))
        progress(len(history.instants), len(history.instants))
        return desk.result(history, np.ascontiguousarray(np.array(curve).T))


@dataclass(frozen=True, slots=True, eq=False)
class _Desk:
    """An executor at work on an exchange of its own."""

    account: Account
    executor: Executor
    exchange: SimulatedExchange
    inbox: RunInbox
    halts: RunHalts
    clock: _MarketClock

    @classmethod
    def open(cls, account: Account, moment: datetime) -> _Desk:
        clock, inbox, halts = _MarketClock(moment), RunInbox(), RunHalts()
        matching = Matching(account.costs, account.exchange)
        exchange = SimulatedExchange(RunExchangeStore(), matching, NUMBER, account.cash, clock)
        stores = ExecutorStores(inbox, inbox, halts, halts, RunWatchLog(), RunBarWindow())
        numbers = itertools.count(1)
        executor = Executor(
            account.policy, account.rules, VenuePorts.of(exchange), stores, clock, lambda: f"{next(numbers):04d}"
        )
        desk = cls(account, executor, exchange, inbox, halts, clock)
        at_once(executor.recover())
        return desk

    def step(self, instant: datetime, bars: Sequence[Bar], signals: Sequence[SealedSignal]) -> Worth:
        """Equity, cash and exposure once the moment's bars and signals have had their effect."""
        self.clock.moment = instant
        if bars:
            at_once(self.executor.mark(bars))
        for sealed in signals:
            at_once(self.executor.take(sealed))
        if signals:
            at_once(self.executor.work())
        account = at_once(self.exchange.snapshot())
        worth = sum(abs(each.quantity * each.market_price) for each in account.positions)
        return account.equity, account.cash, worth

    def result(self, history: History, curve: NDArray[np.float64]) -> ProfitResult:
        """All that happened."""
        return ProfitResult(
            label=self.account.label,
            start_cash=self.account.cash,
            instants=history.instants,
            equity=curve[0],
            cash=curve[1],
            exposure=curve[2],
            trades=tuple(self.inbox.trades),
            fills=fill_records(self.inbox.changes, self.account.costs),
            verdicts=tuple(self.inbox.verdicts.values()),
            halts=tuple(self.halts.log),
            positions=at_once(self.exchange.snapshot()).positions,
            unplaced=dict(self.inbox.withdrawals),
        )


def _by_moment(found: StrategyResult) -> dict[int, list[SealedSignal]]:
    signals: dict[int, list[SealedSignal]] = {}
    for moment, sealed in zip(found.signal_moment.tolist(), found.signals, strict=True):
        signals.setdefault(moment, []).append(sealed)
    return signals


def _fresh_bars(history: History) -> Iterator[list[Bar]]:
    """The bars that became complete by each moment, oldest first; before the first moment as many as a window keeps."""
    first = np.maximum(history.last[:, 0] - KEPT, -1) + 1
    rows = [_bars_from(bars, begin) for bars, begin in zip(history.bars, first.tolist(), strict=True)]
    for counts in np.diff(history.last, prepend=first[:, None] - 1).T.tolist():
        fresh = [bar for row, count in zip(rows, counts, strict=True) if count for bar in islice(row, count)]
        fresh.sort(key=_by_start)
        yield fresh


_by_start = attrgetter("start", "symbol")


def _bars_from(bars: Bars, first: int) -> Iterator[Bar]:
    """One symbol's bars as values, made when they are needed."""
    symbol, timeframe = bars.symbol, bars.timeframe.name
    columns = (bars.start[first:].tolist(), *bars.values[:, first:].tolist())
    for start, opened, high, low, close, volume in zip(*columns, strict=True):
        yield Bar(
            symbol=symbol,
            timeframe=timeframe,
            start=start.replace(tzinfo=UTC),
            open=opened,
            high=high,
            low=low,
            close=close,
            volume=volume,
        )
