"""Figures as drawings: coordinates for SVG in a box of 1000 by 300, and the words at its edges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from alpine_core.track_record import Bin, Calibration, Point, Rate, TrackRecord

WIDTH, HEIGHT = 1000.0, 300.0
MOST_POINTS = 400
LEAST_SPAN = 0.02


@dataclass(frozen=True, slots=True)
class CurvePlot:
    """`equity` and `hold` are lists of points as SVG has them, `hold` empty without prices; `start` is the height of
    100. `top`, `bottom`: the values at the edges."""

    equity: str
    hold: str
    start: float
    top: float
    bottom: float
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class CurveRow:
    """The end of a month, or of the record: what 100 were worth; `hold` is None without prices."""

    day: date
    equity: float
    hold: float | None


@dataclass(frozen=True, slots=True)
class BinMark:
    """A bin in a square of 300: where its mean promise lies, how often it came, and the ends of its interval."""

    x: float
    y: float
    high: float
    low: float


def curve_plot(record: TrackRecord) -> CurvePlot | None:
    """The capital beside holding; None without results."""
    points, hold = record.equity.curve, record.hold.curve
    if not points:
        return None
    values = [100.0, *(point.value for point in (*points, *hold))]
    bottom, top = min(values), max(values)
    if top - bottom < LEAST_SPAN * top:
        bottom, top = bottom - LEAST_SPAN * top / 2, top + LEAST_SPAN * top / 2
    return CurvePlot(
        equity=_line(points, bottom, top),
        hold=_line(hold, bottom, top) if hold else "",
        start=_height(100.0, bottom, top),
        top=top,
        bottom=bottom,
        first=points[0].day,
        last=points[-1].day,
    )


def curve_rows(record: TrackRecord) -> tuple[CurveRow, ...]:
    """The same as a table: the last day of each month, and the last of all."""
    held = {point.day: point.value for point in record.hold.curve}
    lasts = {f"{point.day:%Y-%m}": point for point in record.equity.curve}
    return tuple(CurveRow(point.day, point.value, held.get(point.day)) for point in lasts.values())


def bin_marks(calibration: Calibration) -> tuple[BinMark, ...]:
    """Where the bins of a reliability diagram lie."""
    return tuple(_mark(each, each.won) for each in calibration.bins)


def _mark(each: Bin, won: Rate) -> BinMark:
    heights = [round(HEIGHT * (1 - (share or 0.0)), 1) for share in (won.share, won.high, won.low)]
    return BinMark(round(HEIGHT * each.promised, 1), *heights)


def _line(points: Sequence[Point], bottom: float, top: float) -> str:
    last = max(1, len(points) - 1)
    kept = [(number, point) for number, point in enumerate(points) if _is_kept(number, len(points))]
    # A record of one day is a line all the same.
    ends: Iterable[tuple[float, float]] = [(WIDTH * number / last, point.value) for number, point in kept]
    drawn = [*ends, (WIDTH, points[-1].value)]
    return " ".join(f"{x:.1f},{_height(value, bottom, top):.1f}" for x, value in drawn)


def _is_kept(number: int, count: int) -> bool:
    return number % (count // MOST_POINTS + 1) == 0


def _height(value: float, bottom: float, top: float) -> float:
    return HEIGHT * (1 - (value - bottom) / (top - bottom))
