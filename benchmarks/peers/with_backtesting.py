"""The workloads in backtesting.py: one of its runs for each symbol and pair. Its statistics are always computed."""

from __future__ import annotations

import warnings
from typing import Any

import pandas as pd
from backtesting import Backtest, Strategy
from backtesting.lib import crossover

from benchmarks.peers.serving import Work, serve

warnings.filterwarnings("ignore")


def mean(values: Any, n: int) -> Any:
    """Rolling mean."""
    return pd.Series(values).rolling(n).mean()


class Cross(Strategy):  # type: ignore[misc]
    """Ten units long while the fast mean is above the slow one."""

    fast, slow = 10, 30
    bought = 0

    def init(self) -> None:
        """Both means."""
        self.quick = self.I(mean, self.data.Close, self.fast)
        self.lazy = self.I(mean, self.data.Close, self.slow)

    def next(self) -> None:
        """Market orders, which fill at the next open."""
        if not self.position and crossover(self.quick, self.lazy):
            self.buy(size=10)
        elif self.position and crossover(self.lazy, self.quick):
            self.position.close()


def run(work: Work, headline: bool) -> tuple[float, Any]:
    """Sum of the final equities."""
    equity, entries = 0.0, 0
    for symbol in range(len(work.closes)):
        columns = {"Open": work.opens, "High": work.highs, "Low": work.lows, "Close": work.closes}
        frame = pd.DataFrame({name: values[symbol] for name, values in columns.items()})
        test = Backtest(frame, Cross, cash=100_000, commission=0.001)
        for fast, slow in work.pairs.tolist():
            stats = test.run(fast=fast, slow=slow)
            equity += stats["Equity Final [$]"]
            entries += int(stats["# Trades"]) + len(stats["_strategy"].trades)
    return equity, lambda: entries


if __name__ == "__main__":
    serve(run)
