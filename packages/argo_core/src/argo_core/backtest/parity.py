"""A live day beside its replay: the score, what differs, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from argo_core.backtest.account import Account
from argo_core.backtest.parity_account import replay_account
from argo_core.backtest.parity_executions import pair_executions
from argo_core.backtest.parity_signals import pair_signals
from argo_core.backtest.parity_strategy import Rules, replay_strategy
from argo_core.backtest.strategy import Strategy
from argo_core.model.bars import Bars
from argo_core.model.parity import SIGNALS_ONLY, Agreement, ParityReport
from argo_core.model.recorded_day import ExecutorDay, RecordedDay

NOTHING = Agreement(agreed=0, compared=0)


@dataclass(frozen=True, slots=True)
class TradedAccount:
    """One executor's records of the day, the account that replays them, and what kind the live one is (`mode`:
    simulated, paper, live or prop)."""

    live: ExecutorDay
    account: Account
    mode: str


@dataclass(frozen=True, slots=True, eq=False)
class Parity:
    """`strategy` and accounts as they are configured now; `bars` as they are kept, every symbol of the day with what
    its indicators need before it; `symbols` those that cycles look at, in the order in which several generators deal
    them out."""

    strategy: Strategy
    bars: Sequence[Bars]
    symbols: Sequence[str]

    def reports(
        self, day: RecordedDay, accounts: Sequence[TradedAccount], ran_at: datetime, note: str | None = None
    ) -> tuple[ParityReport, ...]:
        """One report for each account, or one on the signals alone, for the reason in `note`. Raises DataError
        `no_cycles`, `no_bars`, and what the stages raise."""
        replayed = replay_strategy(day, self.strategy, self.bars, self.symbols)
        signals = pair_signals(day, replayed, Rules.of(self.strategy))
        alone = ParityReport(
            day=day.day,
            executor_id=SIGNALS_ONLY,
            ran_at=ran_at,
            data_source=day.cycles[-1].data_source,
            cycles=len(day.cycles),
            signals=signals.agreement,
            fills=NOTHING,
            trades=NOTHING,
            result=None,
            differences=signals.differences,
            note=note,
        )
        found = list[ParityReport]()
        for traded in accounts:
            again = replay_account(day, replayed, signals.replayed, traded.live, traded.account)
            paired = pair_executions(
                traded.live, again, signals.causes, traded.account, traded.mode, replayed.history, day.before
            )
            found.append(
                msgspec.structs.replace(
                    alone,
                    executor_id=traded.live.executor_id,
                    fills=paired.fills,
                    trades=paired.trades,
                    result=paired.result,
                    differences=(*signals.differences, *paired.differences),
                    note=None,
                )
            )
        return tuple(found) or (alone,)
