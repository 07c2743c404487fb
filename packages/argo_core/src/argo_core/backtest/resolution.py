"""When and how a signal ends, looked up in the whole history instead of asked at each moment.

The moment is searched with arrays; what happened there is said by `tracking.resolve`, as live.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from argo_core.backtest.history import History
from argo_core.errors import InvariantError
from argo_core.model.bars import Bars
from argo_core.model.direction import Direction
from argo_core.model.instant import from_instant64, to_instant64
from argo_core.model.outcome import Outcome
from argo_core.model.signal import Signal
from argo_core.tracking import resolve
from argo_core.tracking.signal_units import in_units_of


@dataclass(frozen=True, slots=True)
class Resolution:
    """The number of the first moment at which the outcome is known, and the outcome, gross."""

    moment: int
    outcome: Outcome


def resolution_of(signal: Signal, row: int, history: History) -> Resolution | None:
    """How the signal on the symbol at `row` ends within the history; None if it is open at its last moment."""
    bars = history.bars[row]
    known_at = _known_at(signal, bars)
    if known_at is None:
        return None
    moment = history.moment_at_or_after(known_at)
    if moment >= len(history.instants):
        return None
    as_of = from_instant64(history.instants[moment])
    outcome = resolve(signal, bars.first(int(history.last[row, moment]) + 1), as_of)
    if outcome is None:
        raise InvariantError(f"{signal.signal_id} was to end at {as_of.isoformat()} and did not: report this")
    return Resolution(moment, outcome)


def _known_at(signal: Signal, bars: Bars) -> np.datetime64 | None:
    """The end of the first bar that touches stop or target, else the horizon; None for a signal without any of them."""
    told = in_units_of(signal, bars)
    first = int(told.start.searchsorted(to_instant64(signal.as_of), side="left"))
    horizon = None if signal.horizon_at is None else to_instant64(signal.horizon_at)
    last = len(told) if horizon is None else int(told.end.searchsorted(horizon, side="right"))
    low, high = told.low[first:last], told.high[first:last]
    below, above = signal.stop_price, signal.target_price
    if signal.direction is Direction.SHORT:
        below, above = above, below
    touched = np.zeros(len(low), dtype=np.bool_)
    if below is not None:
        touched |= low <= below
    if above is not None:
        touched |= high >= above
    if touched.any():
        end: np.datetime64 = told.end[first + int(np.argmax(touched))]
        return end
    return horizon
