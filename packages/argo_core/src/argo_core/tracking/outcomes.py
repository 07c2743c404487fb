"""What became of a signal, judged by the bars that came after it.

Target touched → win; stop touched → loss; both within one bar → loss, because the order inside a bar is unknown. A bar
that opens beyond the stop exits at its open, which is worse than the stop; a target never exits better than the
target. Neither within the horizon → expired at the last close before it. Only bars that start at or after the signal's
market time count, so that nothing that preceded the signal can decide it. A share that is split meanwhile is judged in
the signal's own units: exit prices are as they would be without the split.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from argo_core.model.bars import Bars
from argo_core.model.direction import Direction
from argo_core.model.instant import from_instant64
from argo_core.model.outcome import Outcome, Result
from argo_core.model.signal import Signal
from argo_core.tracking.signal_units import in_units_of, instant64_of, split_since, surely_unsplit


def resolve(signal: Signal, bars: Bars, as_of: datetime) -> Outcome | None:
    """The outcome by market time `as_of`, or None while it is open. `bars` may hold the whole history up to `as_of`."""
    horizon = signal.horizon_at or as_of
    first = int(bars.start.searchsorted(instant64_of(signal.as_of), side="left"))
    last = int(bars.end.searchsorted(instant64_of(min(horizon, as_of)), side="right"))
    long = signal.direction is Direction.LONG
    low, high = bars.low[first:last], bars.high[first:last]
    stop, target = signal.stop_price, signal.target_price
    if as_of < horizon and stop is not None and target is not None and len(low):
        below, above = (stop, target) if long else (target, stop)
        if low.min() > below and high.max() < above and surely_unsplit(signal, bars, first):
            return None  # what nearly every open signal is in nearly every cycle
    bars = in_units_of(signal, bars)
    low, high = bars.low[first:last], bars.high[first:last]
    stopped = _first(np.zeros(len(low), bool) if stop is None else (low <= stop if long else high >= stop))
    reached = _first(np.zeros(len(low), bool) if target is None else (high >= target if long else low <= target))
    if stop is not None and stopped is not None and (reached is None or stopped <= reached):
        opened = float(bars.open[first + stopped])
        exit_price = min(opened, stop) if long else max(opened, stop)
        return outcome_of(signal, Result.STOP, exit_price, from_instant64(bars.end[first + stopped]))
    if target is not None and reached is not None:
        return outcome_of(signal, Result.TARGET, target, from_instant64(bars.end[first + reached]))
    if signal.horizon_at is None or as_of < signal.horizon_at or last == 0:
        return None
    return outcome_of(signal, Result.EXPIRED, float(bars.close[last - 1]), signal.horizon_at)


def cancelled_by(signal: Signal, replacement: Signal, bars: Bars) -> Outcome:
    """The outcome of an open signal when one of the other direction is published: closed at that one's entry price, in
    the units of the first. `bars` are its symbol's, as known by then."""
    exit_price = replacement.entry_price * split_since(signal, bars)
    return outcome_of(signal, Result.CANCELLED, exit_price, replacement.as_of)


def outcome_of(signal: Signal, result: Result, exit_price: float, exit_at: datetime) -> Outcome:
    """The record for an exit. `profit_loss_pct` is gross, in percent of the entry, signed for the side taken."""
    move = exit_price / signal.entry_price - 1.0
    named = {Result.TARGET: "win", Result.STOP: "loss"}
    return Outcome(
        signal_id=signal.signal_id,
        symbol=signal.symbol,
        signal_timestamp=signal.timestamp,
        outcome=named.get(result, "expired"),
        result=result,
        exit_price=exit_price,
        exit_at=exit_at,
        profit_loss_pct=round(100.0 * move * int(signal.direction), 6) + 0.0,  # never -0.0, which receivers refuse
    )


def _first(hits: NDArray[np.bool_]) -> int | None:
    first = int(hits.argmax()) if hits.size else 0
    return first if hits.size and hits[first] else None
