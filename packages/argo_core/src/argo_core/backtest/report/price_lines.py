"""The prices behind the trades."""

from __future__ import annotations

from collections import Counter

import numpy as np

from argo_core.backtest.history import History
from argo_core.backtest.report.days import Days
from argo_core.backtest.report.document import BarsUsed, PriceLine, TradeRow
from argo_core.measures.figure import number
from argo_core.model.bars import Bars
from argo_core.model.bars_hash import bars_hash
from argo_core.model.instant import from_instant64

MOST_SYMBOLS = 12
"""Lines that are kept: those of the symbols with the most trades."""


def price_lines(history: History, days: Days, trades: tuple[TradeRow, ...]) -> tuple[PriceLine, ...]:
    """Of the symbols that were traded most, in the order of their trades' number."""
    traded = Counter(trade.symbol for trade in trades)
    chosen = sorted(traded, key=lambda symbol: (-traded[symbol], symbol))[:MOST_SYMBOLS]
    return tuple(
        PriceLine(symbol=symbol, closes=tuple(number(each) for each in days.ends(history.of_symbol(symbol)).tolist()))
        for symbol in chosen
    )


def bars_used(bars: Bars) -> BarsUsed:
    """What a backtest was made of, named by its content."""
    some = len(bars) > 0
    return BarsUsed(
        symbol=bars.symbol,
        timeframe=bars.timeframe.name,
        bars=len(bars),
        first=from_instant64(np.datetime64(bars.start[0], "us")) if some else None,
        last=from_instant64(np.datetime64(bars.end[-1], "us")) if some else None,
        sha256=bars_hash(bars),
    )
