"""The same trades at other times: what chance would have made of the account's own activity.

Each finished trade keeps its symbol, side, share of equity and length; only its entry is drawn, uniformly over the
moments at which the symbol had a price and the trade would have ended within the history. Entries and exits pay the
same slippage, spread and fee. Results are added up, not compounded, for the drawn ones and for the account's own alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from argo_core.backtest.figures.trade_results import trade_results
from argo_core.backtest.history import History
from argo_core.backtest.profit_result import ProfitResult
from argo_core.execution.costs import CostPolicy
from argo_core.model.instant import to_instant64
from argo_core.model.trade import Trade

DRAWS = 1_000
BY_SIGNAL = "signal"
"""How a trade ends that another signal of its symbol closed: at the moment of that decision."""


class Chance(Protocol):
    """What draws: a `Generator` of numpy, made from a seed by the caller."""

    def integers(self, low: int, high: int, size: int) -> NDArray[np.int64]:
        """Whole numbers from `low` to below `high`."""
        ...


class RandomEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Sums of results in percent of equity: the account's `own_pct`, and of `draws` the median, the 5th and the 95th
    percentile. `beaten_pct`: how many percent of the draws did worse than the account. `trades` were drawn anew. NaN
    where no trade was finished."""

    draws: int
    trades: int
    own_pct: float
    median_pct: float
    low_pct: float
    high_pct: float
    beaten_pct: float


def random_entry(
    history: History, found: ProfitResult, costs: CostPolicy, chance: Chance, draws: int = DRAWS
) -> RandomEntry:
    """`chance` draws the entries: with the same seed the same answer."""
    sums = np.zeros(draws)
    shares = _shares(found)
    for trade, share in zip(found.trades, shares, strict=True):
        sums += share * _drawn(history, trade, costs, chance, draws)
    own = float((trade_results(found.trades) / _worth(found.trades) * shares).sum()) if len(shares) else np.nan
    low, median, high = np.percentile(sums, [5, 50, 95]).tolist() if len(shares) else [np.nan] * 3
    return RandomEntry(
        draws=draws,
        trades=len(shares),
        own_pct=100.0 * own,
        median_pct=100.0 * median,
        low_pct=100.0 * low,
        high_pct=100.0 * high,
        beaten_pct=100.0 * float((sums < own).mean()) if len(shares) else np.nan,
    )


def _drawn(history: History, trade: Trade, costs: CostPolicy, chance: Chance, draws: int) -> NDArray[np.float64]:
    """Results (draws,) as ratios of the entry's worth, net."""
    prices, side = history.of_symbol(trade.symbol), 1 if trade.action == "BUY" else -1
    length = max(_closed(history, trade) - history.moment_at_or_after(to_instant64(trade.opened_at)), 1)
    first = int(np.argmax(np.isfinite(prices)))
    entries = chance.integers(first, max(len(prices) - length, first + 1), size=draws)
    bought = prices[entries] * costs.slipped(1.0, side)
    sold = prices[np.minimum(entries + length, len(prices) - 1)] * costs.slipped(1.0, -side)
    fees = costs.fee(1.0, 1.0) * (1.0 + sold / bought)
    results: NDArray[np.float64] = side * (sold / bought - 1.0) - fees
    return results


def _closed(history: History, trade: Trade) -> int:
    """The moment at which the trade's end was known. A stop or a target is dated by the start of the bar that touched
    it, which for bars without a pause between them is the moment before: there the bar had yet to come."""
    side: Literal["left", "right"] = "left" if trade.exit == BY_SIGNAL else "right"
    return min(int(history.instants.searchsorted(to_instant64(trade.closed_at), side=side)), len(history.instants) - 1)


def _worth(trades: Sequence[Trade]) -> NDArray[np.float64]:
    return np.array([trade.quantity * trade.entry_price for trade in trades], dtype=np.float64)


def _shares(found: ProfitResult) -> NDArray[np.float64]:
    """What each trade's entry was of the equity of its moment."""
    at = [int(found.instants.searchsorted(to_instant64(trade.opened_at), side="left")) for trade in found.trades]
    equity = found.equity[np.minimum(np.array(at, dtype=np.int64), len(found.equity) - 1)]
    return _worth(found.trades) / equity
