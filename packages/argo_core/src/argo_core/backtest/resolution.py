"""When and how a signal ends, looked up in the whole history instead of asked at each moment.

What happens is said by `tracking.resolve`, as live: bars beyond the one that ends a signal change nothing of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from argo_core.backtest.history import History
from argo_core.model.instant import from_instant64, to_instant64
from argo_core.model.outcome import Outcome, Result
from argo_core.model.signal import Signal
from argo_core.tracking import resolve


@dataclass(frozen=True, slots=True)
class Resolution:
    """The number of the first moment at which the outcome is known, and the outcome, gross."""

    moment: int
    outcome: Outcome


def resolution_of(signal: Signal, row: int, history: History) -> Resolution | None:
    """How the signal on the symbol at `row` ends within the history; None if it is open at its last moment."""
    known = len(history.instants) - 1
    outcome = _seen_at(known, signal, row, history)
    if outcome is None:
        return None
    moment = history.moment_at_or_after(to_instant64(outcome.exit_at))
    if outcome.result is Result.EXPIRED:
        # Nothing ended it: where no bar had come since, a split that a later bar shows was not known either.
        outcome = _seen_at(moment, signal, row, history)
    return None if outcome is None else Resolution(moment, outcome)


def _seen_at(moment: int, signal: Signal, row: int, history: History) -> Outcome | None:
    bars = history.bars[row].first(int(history.last[row, moment]) + 1)
    return resolve(signal, bars, from_instant64(history.instants[moment]))
