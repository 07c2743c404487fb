"""Readings over time → the figures that rules are about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import msgspec

from argo_core.alerts.readings import Readings
from argo_core.measures.percentiles import percentile

FIVE_MINUTES = timedelta(minutes=5)
TEN_MINUTES = timedelta(minutes=10)
HOUR = timedelta(hours=1)
LEAST_CALLS = 20
"""Fewer calls say nothing about a rate."""
LEAST_LOOKUPS = 100
LEAST_CYCLES = 5


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One measured value: `name` is what rules refer to, `subject` whom it is about, "" for the whole. `words` say more
    than the number, where there is more."""

    name: str
    value: float
    subject: str = ""
    words: str = ""


def kept(history: Sequence[Readings], newest: Readings) -> tuple[Readings, ...]:
    """The history with the newest reading behind it; what no figure looks back to any more is left out."""
    after = newest.at - HOUR - TEN_MINUTES
    return (*(one for one in history if after <= one.at < newest.at), newest)


def figures_of(history: Sequence[Readings]) -> tuple[Figure, ...]:
    """Every figure that can be told from the readings, oldest first, the last one being now. Raises IndexError for
    none at all: nothing was measured."""
    return (*_states(history[-1]), *_calls(history), *_breakers(history), *_speeds(history[-1]), *_cache(history))


def _states(now: Readings) -> Iterator[Figure]:
    told = {"down": now.down, "broken": now.broken, "refused": now.refused, "unwitnessed": now.unwitnessed}
    for name, found in told.items():
        for subject, words in found.items():
            yield Figure(name=name, value=0.0 if not words else 1.0, subject=subject, words=words)
    for name, percent in (("cpu", now.cpu_percent), ("memory", now.memory_percent), ("disk", now.disk_percent)):
        if percent is not None:
            yield Figure(name=name, value=percent)
    for rate in now.rates:
        words = f"{rate.signals} signals where {rate.expected:.1f} are usual"
        measured = 100.0 * rate.signals / rate.expected
        yield Figure(name=f"signal_rate_{rate.window}", value=measured, subject=rate.service_type, words=words)


def _calls(history: Sequence[Readings]) -> Iterator[Figure]:
    now, before = history[-1], _at(history, FIVE_MINUTES)
    failing = [one.source for one in now.sources if one.unhealthy]
    yield Figure(name="sources_failing", value=float(len(failing)), words=", ".join(failing))
    calls = _sum(now, "requests") - _sum(before, "requests")
    if calls >= LEAST_CALLS:
        failed = _sum(now, "failures") - _sum(before, "failures")
        yield Figure(name="error_rate", value=100.0 * failed / calls, words=f"{failed} of {calls} calls")
        yield from _volume(history, calls)
    for one in now.sources:
        earlier = next((old for old in before.sources if old.source == one.source), None)
        if earlier is not None:
            yield Figure(name="limit_hits", value=float(one.throttled - earlier.throttled), subject=one.source)
        yield Figure(name="limiter_queue", value=float(one.queue_depth), subject=one.source)


def _volume(history: Sequence[Readings], calls: int) -> Iterator[Figure]:
    """Calls of the last five minutes beside the usual five of the hour before them; only after a whole hour."""
    before, first = _at(history, FIVE_MINUTES), _at(history, HOUR + FIVE_MINUTES)
    if before.at - first.at < HOUR:
        return
    usual = (_sum(before, "requests") - _sum(first, "requests")) / 12.0
    if usual > 0:
        yield Figure(name="call_volume", value=calls / usual, words=f"{calls} calls where {usual:.0f} are usual")


def _breakers(history: Sequence[Readings]) -> Iterator[Figure]:
    now, before = history[-1], _at(history, TEN_MINUTES)
    shut = [one.source for one in now.sources if one.open_seconds is not None]
    yield Figure(name="breakers_open", value=float(len(shut)), words=", ".join(shut))
    for one in now.sources:
        yield Figure(name="breaker_open_seconds", value=one.open_seconds or 0.0, subject=one.source)
        earlier = next((old for old in before.sources if old.source == one.source), None)
        if earlier is not None:
            yield Figure(name="breaker_changes", value=float(one.transitions - earlier.transitions), subject=one.source)


def _speeds(now: Readings) -> Iterator[Figure]:
    taken = now.generation_seconds
    if len(taken) < LEAST_CYCLES:
        return
    yield Figure(name="generation_mean", value=sum(taken) / len(taken))
    slow = percentile(taken, 95)
    if slow is not None:
        yield Figure(name="generation_p95", value=slow)


def _cache(history: Sequence[Readings]) -> Iterator[Figure]:
    now, before = history[-1], _at(history, HOUR)
    hits, misses = now.cache_hits - before.cache_hits, now.cache_misses - before.cache_misses
    if hits + misses >= LEAST_LOOKUPS:
        words = f"{hits} of {hits + misses} answers"
        yield Figure(name="cache_hit_rate", value=100.0 * hits / (hits + misses), words=words)


def _at(history: Sequence[Readings], ago: timedelta) -> Readings:
    """The newest reading that is at least so old; the oldest one where none is."""
    latest = history[-1].at - ago
    return next((one for one in reversed(history) if one.at <= latest), history[0])


def _sum(readings: Readings, name: str) -> int:
    return sum(int(getattr(one, name)) for one in readings.sources)
