"""A search over parameters: what may be tried, what was tried, and what it came to."""

from __future__ import annotations

import enum

import msgspec

Value = int | float | str
Parameters = dict[str, Value]


class Whole(msgspec.Struct, frozen=True, tag="whole"):
    """Integers from `low` to `high`, both included, `step` apart."""

    low: int
    high: int
    step: int = 1


class Real(msgspec.Struct, frozen=True, tag="real"):
    """Numbers from `low` to `high`, both included; `step` apart if given; evenly by logarithm with `log`."""

    low: float
    high: float
    step: float | None = None
    log: bool = False


class Choice(msgspec.Struct, frozen=True, tag="choice"):
    """One of these."""

    values: tuple[Value, ...]


Domain = Whole | Real | Choice


class Direction(enum.StrEnum):
    """Which end of a figure is the good one."""

    MAXIMISE = "max"
    MINIMISE = "min"


class Goal(msgspec.Struct, frozen=True):
    """A figure of the objective's answer, by name, and its good end."""

    figure: str
    direction: Direction = Direction.MAXIMISE


class Method(enum.StrEnum):
    """GRID every point in order; RANDOM independent draws; TPE a tree of Parzen estimators, one goal; MULTI the same
    for several goals at once."""

    GRID = "grid"
    RANDOM = "random"
    TPE = "tpe"
    MULTI = "multi"


class TrialState(enum.StrEnum):
    """REFUSED: the objective says that these parameters make no sense; FAILED: it raised, or told no finite figure.
    Both count as tried."""

    COMPLETE = "complete"
    REFUSED = "refused"
    FAILED = "failed"


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """One evaluation. `number` counts from 0 within its search; `figures` are all that the objective told, finite;
    `reason` is one line for a trial that is not complete."""

    number: int
    parameters: Parameters
    state: TrialState
    figures: dict[str, float] = {}
    reason: str | None = None


class TrialTask(msgspec.Struct, frozen=True):
    """A trial that is still to be run."""

    number: int
    parameters: Parameters


class SearchIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """Whose trials they are, three SHA-256 from the widest to the narrowest: the `bars` alone; the `study`, bars with
    the objective, its costs and the engine; the `search`, a study with space, goals, method, seed and batch size, by
    which it is resumed. `series`: the content hashes of the bars one by one, sorted; another set of bars that holds one
    of them is a look at the same history."""

    bars: str
    study: str
    search: str
    series: tuple[str, ...] = ()


class TrialCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many trials were ever run, by whatever search or backtest: on these `bars` or on any series among them, in
    this `study`, in this `search`. The first is what a selection from all of them has to be deflated by."""

    bars: int
    study: int
    search: int


class SearchResult(msgspec.Struct, frozen=True, kw_only=True):
    """`best`: for one goal the complete trials, the best first; for several the ones that no other one beats in all
    goals, by number. `trials` are all, by number. `resumed`: how many of them an earlier run had left."""

    identity: SearchIdentity
    goals: tuple[Goal, ...]
    trials: tuple[Trial, ...]
    best: tuple[Trial, ...]
    counts: TrialCounts
    resumed: int
