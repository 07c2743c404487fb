"""Rates and intervals as pages show them. Each function here is a filter of the templates, by its own name."""

from __future__ import annotations

from collections.abc import Callable

from alpine_core.track_record import Group, Rate, TrackRecord
from alpine_core.track_record.performance import band_name
from alpine_web.web.views.words import DASH, signed_percent

TOO_FEW = "too few"


def share(rate: Rate) -> str:
    """How often, in per cent; a dash of nothing."""
    return DASH if rate.share is None else f"{100 * rate.share:.1f} %"


def share_interval(rate: Rate) -> str:
    """Both ends of the interval, in per cent."""
    return DASH if rate.low is None or rate.high is None else f"{100 * rate.low:.1f} to {100 * rate.high:.1f} %"


def interval(low: float | None, high: float | None) -> str:
    """Both ends of an interval in per cent; `too few` where there is none."""
    return TOO_FEW if low is None or high is None else f"{signed_percent(low)} to {signed_percent(high)}"


def factor(value: float | None) -> str:
    """A ratio with two decimals, or a dash."""
    return DASH if value is None else f"{value:.2f}"


def band_of_record(record: TrackRecord, confidence: float) -> Group | None:
    """What became of signals whose confidence was in the same band; None if none of them ended."""
    name = band_name(confidence)
    return next((each for each in record.by_band if each.name == name), None)


SHARE_FILTERS: tuple[Callable[..., object], ...] = (share, share_interval, factor)
