"""The workloads in vectorbt: signals moved on by one bar and filled at the open, each column an account of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import vectorbt as vbt

from benchmarks.peers.serving import Work, serve


def run(work: Work, headline: bool) -> tuple[float, Any]:
    """All symbols and pairs as columns of one portfolio object without shared cash."""
    close = pd.DataFrame(work.closes.T) if len(work.closes) > 1 else pd.Series(work.closes[0])
    opens = work.opens.T
    fast = vbt.MA.run(close, window=work.pairs[:, 0].tolist(), short_name="fast")
    slow = vbt.MA.run(close, window=work.pairs[:, 1].tolist(), short_name="slow")
    entries = np.atleast_2d(fast.ma_crossed_above(slow).to_numpy().T).T
    exits = np.atleast_2d(fast.ma_crossed_below(slow).to_numpy().T).T
    moved = [np.concatenate((np.zeros((1, side.shape[1]), bool), side[:-1])) for side in (entries, exits)]
    columns = pd.DataFrame(np.tile(work.closes.T, (1, len(work.pairs))))
    portfolio = vbt.Portfolio.from_signals(
        columns, *moved, price=np.tile(opens, (1, len(work.pairs))), size=10, fees=0.001, init_cash=100_000, freq="1D"
    )
    equity = portfolio.final_value().sum()
    if headline:  # the five that both sides print, without the rest of its table
        portfolio.total_return()
        portfolio.sharpe_ratio()
        portfolio.max_drawdown()
        portfolio.trades.count()
        portfolio.trades.win_rate()
    return equity, lambda: portfolio.orders.buy.count().sum()


if __name__ == "__main__":
    serve(run)
