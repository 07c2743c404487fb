"""How good results were: rate, factor, expectancy, the best and the worst."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence

import msgspec

from alpine_core.track_record.mean_interval import mean_interval
from alpine_core.track_record.results import Result
from alpine_core.track_record.wilson import Rate, wilson

BAND_EDGES = (0.0, 50.0, 60.0, 70.0, 75.0, 80.0, 85.0, 90.0, 95.0)
"""Where bands of confidence (0–100) begin; each ends before the next, the last one with 100."""


class Performance(msgspec.Struct, frozen=True, kw_only=True):
    """Of some results, after costs. `mean_net_pct` is the expectancy of one signal in per cent of its entry, with the
    95 % interval of the mean, None for fewer than 30. `profit_factor` is gains by losses, None where nothing was lost.

    `mean_net_pct`, `best` and `worst` are None where there are no results.
    """

    count: int
    won: Rate
    profit_factor: float | None
    mean_net_pct: float | None
    low: float | None
    high: float | None
    best: Result | None
    worst: Result | None


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """The results that have one thing in common, and what."""

    name: str
    performance: Performance


def performance_of(results: Sequence[Result]) -> Performance:
    """Every figure over exactly these results."""
    nets = [each.net_pct for each in results]
    won = sum(each.won for each in results)
    if not nets:
        return Performance(
            count=0,
            won=wilson(0, 0),
            profit_factor=None,
            mean_net_pct=None,
            low=None,
            high=None,
            best=None,
            worst=None,
        )
    mean, low, high = mean_interval(len(nets), sum(nets), sum(net * net for net in nets))
    lost = -sum(net for net in nets if net < 0)
    return Performance(
        count=len(nets),
        won=wilson(won, len(nets)),
        profit_factor=sum(net for net in nets if net > 0) / lost if lost else None,
        mean_net_pct=mean,
        low=low,
        high=high,
        best=max(results, key=lambda each: each.net_pct),
        worst=min(results, key=lambda each: each.net_pct),
    )


def groups_of(results: Sequence[Result], key: Callable[[Result], str]) -> tuple[Group, ...]:
    """By what `key` names, sorted by the name."""
    found: dict[str, list[Result]] = {}
    for each in results:
        found.setdefault(key(each), []).append(each)
    return tuple(Group(name=name, performance=performance_of(each)) for name, each in sorted(found.items()))


def band_of(confidence: float) -> tuple[float, float]:
    """The band of a confidence (0–100): from, and up to."""
    edges = (*BAND_EDGES, 100.0)
    at = max(0, bisect_right(BAND_EDGES, confidence) - 1)
    return edges[at], edges[at + 1]


def band_name(confidence: float) -> str:
    """The band in words that sort as its edges do."""
    low, high = band_of(confidence)
    return f"{low:02.0f} to {high:.0f}"
