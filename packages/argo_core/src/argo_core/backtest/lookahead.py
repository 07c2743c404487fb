"""Does a vote know what comes later? Changes the future and watches the past.

A function is causal if what it says at bar t is the same whatever follows t. No trade is simulated, so nothing but the
function itself can move: what differs is a leak, or the function is not deterministic, which is told apart.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
import numpy as np
from numpy.random import PCG64, Generator
from numpy.typing import NDArray

from argo_core.backtest.other_futures import OTHER_FUTURES
from argo_core.backtest.vote_history import Columns, VoteHistory
from argo_core.errors import DataError
from argo_core.model.bars import Bars
from argo_core.model.instant import from_instant64

LEAST_BARS = 100
# Sums of other lengths round differently; a leak moves a vote by more than the ninth digit.
_ROUNDING = 1e-9


class LookaheadPlan(msgspec.Struct, frozen=True, kw_only=True):
    """At each of `places`, drawn by `seed`, the future is cut off, distorted and masked.

    Raises DataError `bad_count`.
    """

    places: int = 40
    seed: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.places <= 10_000 or self.seed < 0:
            raise DataError("bad_count", "give 1 to 10,000 places and a seed from 0 on")


class Leak(msgspec.Struct, frozen=True, kw_only=True):
    """The first vote that moved: `column` of `function` at `bar` (from 0), which began at `at`, was `said` with the
    history as it is and `instead` with another future after bar `known`; `amount` is their distance, infinite where one
    of them says nothing. `change` is cut, perturbed, masked, or `repeated`: the same bars gave another answer.

    `ahead` bars at least were looked into the future; `moved` of all `comparisons` found a difference.
    """

    function: str
    symbol: str
    column: str
    bar: int
    at: datetime
    said: float | None
    instead: float | None
    amount: float
    change: str
    known: int
    ahead: int
    moved: int
    comparisons: int

    @property
    def sentence(self) -> str:
        """All of it in one line."""
        return (
            f"{self.function}: {self.column} at bar {self.bar} of {self.symbol} ({self.at:%Y-%m-%d %H:%M}) was "
            f"{self.said}, and {self.instead} with the future after bar {self.known} {self.change}: moved by "
            f"{self.amount:.6g}, looks at least {self.ahead} bars ahead; {self.moved} of {self.comparisons} "
            "comparisons moved"
        )


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """One function on one history. `leak` None: nothing moved in `comparisons` other futures of `bars` bars."""

    function: str
    symbol: str
    bars: int
    comparisons: int
    leak: Leak | None


def check_lookahead(function: str, history: VoteHistory, bars: Bars, plan: LookaheadPlan = LookaheadPlan()) -> Checked:
    """Checks one function on one history. Deterministic by the plan's seed.

    Raises DataError `too_few` below 100 bars, and what the function raises.
    """
    if len(bars) < LEAST_BARS:
        raise DataError("too_few", f"{bars.symbol}: {len(bars)} bars are too few to check: give at least {LEAST_BARS}")
    generator = Generator(PCG64(plan.seed))
    whole = history(bars)
    found: list[Leak] = []
    comparisons = 1
    repeated = _first_difference(whole, history(bars), len(bars))
    if repeated is not None:
        found.append(_leak(function, bars, repeated, "repeated", len(bars) - 1))
    else:
        for known in _places(len(bars), plan.places, generator):
            for change, other in OTHER_FUTURES.items():
                comparisons += 1
                moved = _first_difference(whole, history(other(bars, known, generator)), known + 1)
                if moved is not None:
                    found.append(_leak(function, bars, moved, change, known))
    first = min(found, key=lambda leak: leak.bar, default=None)
    if first is not None:
        first = msgspec.structs.replace(first, moved=len(found), comparisons=comparisons)
    return Checked(function=function, symbol=bars.symbol, bars=len(bars), comparisons=comparisons, leak=first)


def _places(count: int, wanted: int, generator: Generator) -> list[int]:
    """Last known bars, drawn without repetition from the later four fifths, so that a vote has warmed up."""
    choices = np.arange(count // 5, count - 1)
    return sorted(generator.permutation(choices)[:wanted].tolist())


class _Difference(msgspec.Struct, frozen=True):
    column: str
    bar: int
    said: float
    instead: float


def _first_difference(whole: Columns, other: Columns, count: int) -> _Difference | None:
    """The first of the first `count` bars at which any column differs by more than rounding."""
    if whole.keys() != other.keys():
        raise DataError("bad_vote", "the function returned other columns for other bars: return always the same")
    first: _Difference | None = None
    for column, values in whole.items():
        bar = _first_moved(values[:count], other[column][:count])
        if bar is not None and (first is None or bar < first.bar):
            first = _Difference(column, bar, float(values[bar]), float(other[column][bar]))
    return first


def _first_moved(one: NDArray[np.float64], other: NDArray[np.float64]) -> int | None:
    same = np.isclose(one, other, rtol=_ROUNDING, atol=_ROUNDING, equal_nan=True)
    moved = np.flatnonzero(~same)
    return int(moved[0]) if moved.size else None


def _leak(function: str, bars: Bars, found: _Difference, change: str, known: int) -> Leak:
    gap = abs(found.said - found.instead)
    return Leak(
        function=function,
        symbol=bars.symbol,
        column=found.column,
        bar=found.bar,
        at=from_instant64(bars.start[found.bar]),
        said=found.said if np.isfinite(found.said) else None,
        instead=found.instead if np.isfinite(found.instead) else None,
        amount=gap if np.isfinite(gap) else float("inf"),
        change=change,
        known=known,
        ahead=known + 1 - found.bar,
        moved=1,
        comparisons=1,
    )
