"""Whether what was promised came: how often signals of each promised probability won."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from alpine_core.track_record.performance import band_of
from alpine_core.track_record.results import Result
from alpine_core.track_record.wilson import Rate, wilson

PROBABILITY_BINS = 10


class Bin(msgspec.Struct, frozen=True, kw_only=True):
    """Signals whose promise (0–1) was from `low` up to `high`; `promised` is their mean, `won` how many kept it."""

    low: float
    high: float
    promised: float
    won: Rate


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """`bins` ascending, those without signals left out. `brier` is the mean squared distance of promise and end (0 is
    perfect, Brier 1950), None without signals."""

    bins: tuple[Bin, ...]
    count: int
    brier: float | None


def calibration_of_probability(results: Sequence[Result]) -> Calibration:
    """Of signals with a win probability, in ten bins. Won: above nothing before costs, which is what providers mean."""
    promised = [(each.signal.win_probability, each.gross_pct > 0, each) for each in results]
    known = [(float(promise), won) for promise, won, _ in promised if promise is not None]
    return _calibration(known, _tenth)


def calibration_of_confidence(results: Sequence[Result]) -> Calibration:
    """Of confidence as if it were a probability, in its bands. Won: above nothing after costs."""
    return _calibration([(each.signal.confidence / 100, each.won) for each in results], _band)


def _calibration(known: Sequence[tuple[float, bool]], bin_of: Callable[[float], tuple[float, float]]) -> Calibration:
    found: dict[tuple[float, float], list[tuple[float, bool]]] = {}
    for promise, won in known:
        found.setdefault(bin_of(promise), []).append((promise, won))
    bins = tuple(
        Bin(
            low=low,
            high=high,
            promised=sum(promise for promise, _ in each) / len(each),
            won=wilson(sum(won for _, won in each), len(each)),
        )
        for (low, high), each in sorted(found.items())
    )
    squares = sum((promise - won) ** 2 for promise, won in known)
    return Calibration(bins=bins, count=len(known), brier=squares / len(known) if known else None)


def _tenth(promise: float) -> tuple[float, float]:
    at = min(int(promise * PROBABILITY_BINS), PROBABILITY_BINS - 1)
    return at / PROBABILITY_BINS, (at + 1) / PROBABILITY_BINS


def _band(promise: float) -> tuple[float, float]:
    low, high = band_of(round(promise * 100, 9))
    return low / 100, high / 100
