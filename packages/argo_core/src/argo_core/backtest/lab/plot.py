"""Curves as points of a drawing: its words stand beside it, so that they keep their size on every screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

WIDTH, HEIGHT, MOST_POINTS = 1000.0, 300.0, 800


class PlotLine(msgspec.Struct, frozen=True, kw_only=True):
    """`points` as a polyline has them; `place` chooses the colour, from 0."""

    name: str
    place: int
    points: str


class Plot(msgspec.Struct, frozen=True, kw_only=True):
    """`zero`: how far down the level lies that every curve begins at, None outside the drawing."""

    lines: tuple[PlotLine, ...]
    low: float
    high: float
    begins: datetime
    ends: datetime
    zero: float | None


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """One curve: as many values as days."""

    name: str
    days: Sequence[datetime]
    values: Sequence[float]


def plot_of(series: Sequence[Series], level: float | None = None) -> Plot | None:
    """All curves on one scale of time and one of values; None where there is nothing to draw. `level` is marked."""
    drawn = [each for each in series if len(each.days)]
    if not drawn:
        return None
    begins, ends = min(each.days[0] for each in drawn), max(each.days[-1] for each in drawn)
    low, high = min(min(each.values) for each in drawn), max(max(each.values) for each in drawn)
    seconds, span = (ends - begins).total_seconds() or 1.0, (high - low) or 1.0
    lines = []
    for place, each in enumerate(drawn):
        points = " ".join(
            f"{WIDTH * (each.days[number] - begins).total_seconds() / seconds:.1f},"
            f"{HEIGHT * (high - each.values[number]) / span:.1f}"
            for number in thinned(each.values)
        )
        lines.append(PlotLine(name=each.name, place=place, points=points))
    marked = None if level is None or not low <= level <= high else HEIGHT * (high - level) / span
    return Plot(lines=tuple(lines), low=low, high=high, begins=begins, ends=ends, zero=marked)


def thinned(values: Sequence[float], most: int = MOST_POINTS) -> list[int]:
    """Which values are drawn: all of a short curve; of a long one both ends, and the lowest and the highest of each
    stretch, so that no peak and no trough is lost."""
    count = len(values)
    if count <= most:
        return list(range(count))
    stretches, kept = most // 2, {0, count - 1}
    for stretch in range(stretches):
        places = range(stretch * count // stretches, (stretch + 1) * count // stretches)
        kept.add(min(places, key=values.__getitem__))
        kept.add(max(places, key=values.__getitem__))
    return sorted(kept)
