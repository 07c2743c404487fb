"""An executor's day once more: the replay's signals through the live executor on a simulated exchange."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime

import msgspec

from argo_core.backtest.account import Account
from argo_core.backtest.parity_marks import marks_of_day, wall_clock
from argo_core.backtest.parity_strategy import ReplayedDay
from argo_core.backtest.run_stores import RunBarWindow, RunExchangeStore, RunHalts, RunInbox, RunWatchLog
from argo_core.backtest.waiting import at_once
from argo_core.execution.exchange_book import ExchangeBook
from argo_core.execution.matching import Matching
from argo_core.execution.noting import Books, note
from argo_core.execution.trades import TradeTerms
from argo_core.model.bars import Bar
from argo_core.model.execution import SignalVerdicts
from argo_core.model.instant import to_instant64, to_text
from argo_core.model.order_change import NumberedChange
from argo_core.model.recorded_day import ExecutorDay, RecordedDay
from argo_core.model.signal import Signal
from argo_core.model.trade import Trade
from argo_core.pipeline.execution_ports import ExecutorStores, VenuePorts
from argo_core.pipeline.executor import Executor
from argo_core.pipeline.halting import ALWAYS_FLATTEN
from argo_core.pipeline.publish import seal
from argo_core.pipeline.simulated_exchange import SimulatedExchange
from argo_core.ports.execution_journal import NotedChange, NotedFill
from argo_core.ports.watch_log import WatchRecord


@dataclass(frozen=True, slots=True)
class ReplayedAccount:
    """What the executor did in the replay: `fills` with `quantity` signed, `changes` of orders, finished `trades`, and
    the `verdicts` on each signal."""

    fills: tuple[NotedFill, ...]
    changes: tuple[NumberedChange, ...]
    trades: tuple[Trade, ...]
    verdicts: dict[str, SignalVerdicts]


class _Clock:
    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


def replay_account(
    day: RecordedDay, replayed: ReplayedDay, signals: tuple[Signal, ...], live: ExecutorDay, account: Account
) -> ReplayedAccount:
    """From what the account held when the day began. What people did (halts, orders of their own) does not happen: it
    is a difference. Each moment is met as live: first the bars that leave with the cycle, then its signals, on the wall
    clock of that cycle. Raises what the stages raise."""
    walls = wall_clock(day, replayed.history)
    clock = _Clock(walls[0])
    inbox = _journal(live, account)
    executor = _executor(day, live, account, inbox, clock)
    noted, finished = len(inbox.changes), len(inbox.trades)
    at_once(executor.recover())
    waiting = _by_moment(signals)
    for moment, (wall, bars) in enumerate(zip(walls, marks_of_day(day, replayed), strict=True)):
        clock.moment = wall
        if bars:
            at_once(executor.mark(bars))
        new = waiting.get(to_instant64(replayed.history.instants[moment].item().replace(tzinfo=wall.tzinfo)), ())
        for signal in new:
            at_once(executor.take(seal(msgspec.structs.replace(signal, timestamp=to_text(wall)))))
        if new:
            at_once(executor.work())
    of_day = inbox.changes[noted:]
    return ReplayedAccount(
        fills=tuple(change.fill for change in of_day if change.fill is not None),
        changes=tuple(change.numbered for change in of_day),
        trades=tuple(inbox.trades[finished:]),
        verdicts=inbox.verdicts,
    )


def opening_cash(live: ExecutorDay, bars: tuple[Bar, ...]) -> float | None:
    """What the simulated account of the replay is given so that it begins with the live one's equity; None where no
    equity was ever stored."""
    if live.cash > 0:
        return live.cash
    if live.equity is None:
        return None
    book = ExchangeBook(cash=0.0).after(numbered.change for numbered in live.before.changes).marked(*bars)
    return live.equity - book.worth()[0]


def _executor(day: RecordedDay, live: ExecutorDay, account: Account, inbox: RunInbox, clock: _Clock) -> Executor:
    known = day.shown
    newest = {bar.symbol: bar for bar in known}
    store, window, watch, halts = RunExchangeStore(), RunBarWindow(), RunWatchLog(), RunHalts()
    changes = [numbered.change for numbered in live.before.changes]
    at_once(store.append(changes, tuple(newest.values()), clock.now()))
    at_once(window.keep(known))
    if live.before.watch is not None:
        state, level, market_time, at = live.before.watch
        record = WatchRecord(executor_id=live.executor_id, state=state, level=level, market_time=market_time, at=at)
        at_once(watch.append(record))
    for halt in live.before.halts:
        if halt.code not in ALWAYS_FLATTEN:
            at_once(halts.halt(halt))
    matching = Matching(account.costs, account.exchange)
    exchange = SimulatedExchange(store, matching, live.account_number, account.cash, clock)
    stores = ExecutorStores(inbox, inbox, halts, halts, watch, window)
    numbers = itertools.count(1)
    return Executor(
        account.policy, account.rules, VenuePorts.of(exchange), stores, clock, lambda: f"{next(numbers):04d}"
    )


def _journal(live: ExecutorDay, account: Account) -> RunInbox:
    """The books as the day found them: decided, withdrawn, and each change noted as live notes it."""
    before, inbox, books = live.before, RunInbox(), Books()
    terms = TradeTerms(executor_id=live.executor_id, mode=account.policy.standing.mode)
    for verdicts in before.verdicts:
        intents = [intent for intent in before.intents if intent.signal_id == verdicts.signal_id]
        at_once(inbox.decided(verdicts, intents))
    noted = list[NotedChange]()
    for numbered in before.changes:
        books, told = note(books, numbered, terms)
        noted.append(told)
    at_once(inbox.noted(noted))
    for name, reason in before.withdrawn.items():
        at_once(inbox.withdrawn(name, reason))
    return inbox


def _by_moment(signals: tuple[Signal, ...]) -> dict[object, list[Signal]]:
    waiting: dict[object, list[Signal]] = {}
    for signal in signals:
        waiting.setdefault(to_instant64(signal.as_of), []).append(signal)
    return waiting
