"""Counts of the log as rates, each with the interval that its sample size allows."""

from __future__ import annotations

from datetime import datetime

import msgspec

from argo_core.measures.intervals import wilson
from argo_core.model.query import SignalStatistics

LEVEL = 0.95


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """`rate_pct`: `count` of `n` in percent, None for n = 0; `low_pct` to `high_pct`: Wilson interval at `level`."""

    count: int
    n: int
    rate_pct: float | None
    low_pct: float
    high_pct: float
    level: float = LEVEL


class RatedStatistics(SignalStatistics, frozen=True, kw_only=True):
    """Counts over the whole log at `counted_at`, and two of them as rates: wins of resolved, vetoed of decided."""

    counted_at: datetime
    win_rate: Rate
    veto_rate: Rate


class WinRate(msgspec.Struct, frozen=True, kw_only=True):
    """`win_rate` and its Wilson `interval` (low, high) at `level`, in percent; `n` is `completed`: wins and losses.

    The averages are gross results in percent, None where there are none.
    """

    wins: int
    losses: int
    completed: int
    open: int
    win_rate: float | None
    interval: tuple[float, float]
    level: float
    n: int
    average_win_pct: float | None
    average_loss_pct: float | None


def rate(count: int, n: int) -> Rate:
    """`count` of `n`. Raises DataError `bad_count` unless 0 ≤ count ≤ n. Source: Wilson 1927, see `wilson`."""
    low, high = wilson(count, n, LEVEL)
    share = round(100.0 * count / n, 4) if n else None
    return Rate(count=count, n=n, rate_pct=share, low_pct=round(100.0 * low, 4), high_pct=round(100.0 * high, 4))


def rated(statistics: SignalStatistics, counted_at: datetime) -> RatedStatistics:
    """The counts with their rates."""
    return RatedStatistics(
        **msgspec.structs.asdict(statistics),
        counted_at=counted_at,
        win_rate=rate(statistics.wins, statistics.wins + statistics.losses),
        veto_rate=rate(statistics.vetoed, statistics.decisions),
    )


def win_rate(statistics: SignalStatistics) -> WinRate:
    """How the resolved signals ended."""
    wins = rate(statistics.wins, statistics.wins + statistics.losses)
    return WinRate(
        wins=statistics.wins,
        losses=statistics.losses,
        completed=wins.n,
        open=statistics.open,
        win_rate=wins.rate_pct,
        interval=(wins.low_pct, wins.high_pct),
        level=wins.level,
        n=wins.n,
        average_win_pct=statistics.average_win_pct,
        average_loss_pct=statistics.average_loss_pct,
    )
