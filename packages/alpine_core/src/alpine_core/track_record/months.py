"""Results by the month in which they ended."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import msgspec

from alpine_core.track_record.results import Result
from alpine_core.track_record.wilson import Rate, wilson


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """`month` is YYYY-MM in UTC. `mean_net_pct` is of one signal, `change_pct` of the capital over the month."""

    month: str
    won: Rate
    mean_net_pct: float
    change_pct: float


def months_of(results: Sequence[Result], stake_pct: float) -> tuple[Month, ...]:
    """Of results in the order of their ends; months in which nothing ended are left out."""
    return tuple(
        _month(name, list(each), stake_pct)
        for name, each in groupby(results, key=lambda result: f"{result.signal.closed_at:%Y-%m}")
    )


def _month(name: str, results: Sequence[Result], stake_pct: float) -> Month:
    grown = 1.0
    for each in results:
        grown = max(0.0, grown * (1 + stake_pct / 100 * each.net_pct / 100))
    return Month(
        month=name,
        won=wilson(sum(each.won for each in results), len(results)),
        mean_net_pct=sum(each.net_pct for each in results) / len(results),
        change_pct=100 * (grown - 1),
    )
