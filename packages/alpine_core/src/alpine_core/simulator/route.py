"""Where one signal leads, whoever has the money: at which price one gets in, and at which one gets out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from alpine_core.model.mark import Mark
from alpine_core.simulator.plan import FollowPlan
from alpine_core.simulator.price_book import PriceBook
from alpine_core.simulator.recorded_signal import Ending, RecordedSignal
from alpine_core.simulator.result import SkipReason

TARGET, STOP = "target", "stop"
TARGET_BY_BARS, STOP_BY_BARS = "target_by_bars", "stop_by_bars"
LIMIT_EXITS = frozenset({TARGET, TARGET_BY_BARS})
"""A target waits as a limit order: nothing slips. Everything else is a market order."""


class WayOut(NamedTuple):
    """`ambiguous`: one bar touched stop and target, the stop was taken."""

    at: datetime
    price: float
    exit: str
    ambiguous: bool = False


class Route(NamedTuple):
    """`out` is None for a trade that is still open."""

    entered_at: datetime
    price: float
    out: WayOut | None


def route_of(signal: RecordedSignal, plan: FollowPlan, book: PriceBook) -> Route | SkipReason:
    """Without delay the record's own entry, else the open of the first bar that starts when the delay is over."""
    if plan.is_published:
        return _at_once(signal, book)
    delay = timedelta(seconds=plan.delay_seconds)
    bar = book.first_from(signal.symbol, signal.at + delay)
    if bar is None:
        return SkipReason.NO_MARK
    refused = _refused(signal, bar)
    if refused is not None:
        return refused
    return Route(bar.start, bar.open, _out(signal, bar.start, delay, book))


def _refused(signal: RecordedSignal, bar: Mark) -> SkipReason | None:
    """Why nobody would get in at the open of this bar."""
    ending = signal.ending
    if ending is not None and ending.at <= bar.start:
        return SkipReason.ENDED_BEFORE
    if _is_passed(signal, bar.open):
        return SkipReason.LEVEL_PASSED
    no_price = ending is not None and ending.result in (TARGET, STOP) and ending.price is None
    return SkipReason.NO_EXIT_PRICE if no_price else None


def _out(signal: RecordedSignal, since: datetime, delay: timedelta, book: PriceBook) -> WayOut | None:
    ending = signal.ending
    if ending is None:
        return _by_bars(signal, book, since)
    if ending.result in (TARGET, STOP) and ending.price is not None:
        return WayOut(ending.at, ending.price, ending.result)
    return _told_late(signal, ending, delay, book)


def _at_once(signal: RecordedSignal, book: PriceBook) -> Route | SkipReason:
    ending = signal.ending
    if ending is None:
        return Route(signal.at, signal.entry_price, _by_bars(signal, book, signal.at))
    if ending.price is None:
        return SkipReason.NO_EXIT_PRICE
    return Route(signal.at, signal.entry_price, WayOut(max(ending.at, signal.at), ending.price, ending.result))


def _told_late(signal: RecordedSignal, ending: Ending, delay: timedelta, book: PriceBook) -> WayOut | None:
    """An end that is no level is known from the record only, so the follower leaves as late as it came."""
    last = book.first_from(signal.symbol, ending.at + delay)
    hit = _by_bars(signal, book, ending.at, None if last is None else last.start)
    if hit is not None or last is None:
        return hit
    return WayOut(last.start, last.open, ending.result)


def _is_passed(signal: RecordedSignal, price: float) -> bool:
    """Whether who gets in at this price would be out at once."""
    sign = 1 if signal.is_long else -1
    at_target = signal.target_price is not None and sign * (price - signal.target_price) >= 0
    at_stop = signal.stop_price is not None and sign * (price - signal.stop_price) <= 0
    return at_target or at_stop


def _by_bars(signal: RecordedSignal, book: PriceBook, since: datetime, before: datetime | None = None) -> WayOut | None:
    """The first bar that reaches a level: at the level, or at the open where the bar opens beyond it."""
    sign = 1 if signal.is_long else -1
    target, stop = signal.target_price, signal.stop_price
    for bar in book.between(signal.symbol, since, before):
        worst, best = (bar.low, bar.high) if signal.is_long else (bar.high, bar.low)
        if stop is not None and sign * (bar.open - stop) <= 0:
            return WayOut(bar.start, bar.open, STOP_BY_BARS)
        if target is not None and sign * (bar.open - target) >= 0:
            return WayOut(bar.start, bar.open, TARGET_BY_BARS)
        reaches_target = target is not None and sign * (best - target) >= 0
        if stop is not None and sign * (worst - stop) <= 0:
            return WayOut(bar.start, stop, STOP_BY_BARS, reaches_target)
        if target is not None and reaches_target:
            return WayOut(bar.start, target, TARGET_BY_BARS)
    return None
