"""The workloads in backtrader: one engine for each symbol and pair, vectorised indicators, no observers."""

from __future__ import annotations

from typing import Any

import backtrader as bt
import pandas as pd

from benchmarks.peers.serving import Work, serve


class Cross(bt.Strategy):  # type: ignore[misc]
    """Ten units long while the fast mean is above the slow one."""

    params = (("fast", 10), ("slow", 30))

    def __init__(self) -> None:
        quick, lazy = (bt.indicators.SMA(self.data.close, period=n) for n in (self.p.fast, self.p.slow))
        self.cross = bt.indicators.CrossOver(quick, lazy)
        self.entries = 0

    def next(self) -> None:
        """Market orders, which fill at the next open."""
        if not self.position and self.cross[0] > 0:
            self.buy(size=10)
        elif self.position and self.cross[0] < 0:
            self.close()

    def notify_order(self, order: Any) -> None:
        """Counts filled entries."""
        self.entries += order.status == order.Completed and order.isbuy()


def run(work: Work, headline: bool) -> tuple[float, Any]:
    """Sum of the final equities."""
    equity, entries = 0.0, 0
    days = pd.date_range("1990-01-01", periods=work.closes.shape[1], freq="min")
    for symbol in range(len(work.closes)):
        columns = {"open": work.opens, "high": work.highs, "low": work.lows, "close": work.closes}
        frame = pd.DataFrame({name: values[symbol] for name, values in columns.items()}, index=days)
        frame["volume"] = 0.0
        for fast, slow in work.pairs.tolist():
            cerebro = bt.Cerebro(stdstats=False)
            cerebro.broker.setcash(100_000)
            cerebro.broker.setcommission(0.001)
            cerebro.adddata(bt.feeds.PandasData(dataname=frame))
            cerebro.addstrategy(Cross, fast=fast, slow=slow)
            (strategy,) = cerebro.run()
            equity += cerebro.broker.getvalue()
            entries += strategy.entries
    return equity, lambda: entries


if __name__ == "__main__":
    serve(run)
