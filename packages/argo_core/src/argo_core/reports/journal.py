"""The trade journal: every finished trade with entry, exit, costs and what it brought, account by account."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby

import msgspec

from argo_core.measures.figure import Figure
from argo_core.model.instant import require_utc
from argo_core.model.trade import Trade
from argo_core.reports.journal_figures import journal_figures


class JournalTrade(msgspec.Struct, frozen=True, kw_only=True):
    """`gross` and `net` in quote currency, before and after `trade.fees`."""

    trade: Trade
    gross: float
    net: float


class Journal(msgspec.Struct, frozen=True, kw_only=True):
    """One account's trades in the order in which they closed. `capital` is what its percentages are of.

    `days` are all UTC days from the first close to the last, `equity` is the capital with what was brought by the end
    of each; neither knows of open positions.
    """

    executor_id: str
    mode: str
    capital: float
    trades: tuple[JournalTrade, ...]
    days: tuple[date, ...]
    equity: tuple[float, ...]
    figures: tuple[Figure, ...]

    @property
    def name(self) -> str:
        """Account and kind of money: `argo, paper`."""
        return f"{self.executor_id}, {self.mode}"


def journals(trades: Iterable[Trade], capital: float, seed: int) -> tuple[Journal, ...]:
    """One for each executor and mode, in that order. `capital` > 0; `seed` draws the intervals."""
    ordered = sorted(trades, key=lambda trade: (trade.executor_id, trade.mode, trade.closed_at, trade.trade_id))
    groups = groupby(ordered, key=lambda trade: (trade.executor_id, trade.mode))
    return tuple(_journal(executor_id, mode, tuple(own), capital, seed) for (executor_id, mode), own in groups)


def _journal(executor_id: str, mode: str, trades: tuple[Trade, ...], capital: float, seed: int) -> Journal:
    entries = tuple(map(_entry, trades))
    days, equity = _by_day(entries, capital)
    results = [(entry.net, entry.trade.net_pct) for entry in entries]
    return Journal(
        executor_id=executor_id,
        mode=mode,
        capital=capital,
        trades=entries,
        days=days,
        equity=equity,
        figures=journal_figures(results, (capital, *equity), seed),
    )


def _entry(trade: Trade) -> JournalTrade:
    worth = trade.quantity * trade.entry_price
    return JournalTrade(trade=trade, gross=worth * trade.gross_pct / 100.0, net=worth * trade.net_pct / 100.0)


def _by_day(entries: tuple[JournalTrade, ...], capital: float) -> tuple[tuple[date, ...], tuple[float, ...]]:
    closed = [require_utc(entry.trade.closed_at).date() for entry in entries]
    days = tuple(closed[0] + timedelta(days=number) for number in range((closed[-1] - closed[0]).days + 1))
    brought = dict.fromkeys(days, 0.0)
    for day, entry in zip(closed, entries, strict=True):
        brought[day] += entry.net
    equity, worth = [], capital
    for day in days:
        worth += brought[day]
        equity.append(worth)
    return days, tuple(equity)
