"""A search in figures: its best trials, how the goal hangs on the parameters, and whether the best is luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from argo_core.backtest.market_days import market_days
from argo_core.backtest.report.document import Judged, Sensitivity
from argo_core.backtest.report.judgement import judged
from argo_core.backtest.report.sensitivity import Tried, sensitivity
from argo_core.backtest.walk_forward_search import DayReturns
from argo_core.errors import DataError
from argo_core.measures.panel import Floats
from argo_core.model.bars import Bars
from argo_core.model.search import Direction, Domain, SearchResult, Trial, TrialCounts, TrialState

MOST_JUDGED = 500
"""Trials whose days are laid beside each other: the splits of a probability of overfitting need memory for each."""
MOST_SHOWN = 20


class SearchReport(msgspec.Struct, frozen=True, kw_only=True):
    """`verdict` on the returns by day of `judged_trials` of the complete ones, allowing for all that were ever tried
    on these bars; None where `not_judged` says why there are no returns."""

    title: str
    goal: str
    best: tuple[Trial, ...]
    counts: TrialCounts
    states: Mapping[str, int]
    sensitivity: Sensitivity
    verdict: Judged | None
    judged_trials: int
    not_judged: str | None


def require_two_parameters(space: Mapping[str, Domain]) -> None:
    """Raises DataError `bad_trials` for a space that no map of two parameters can show."""
    if len(space) < 2:
        raise DataError("bad_trials", "a page maps two parameters: search a second one, or leave out --html")


def search_report(
    found: SearchResult, objective: str, bars: Mapping[str, Bars], returns: DayReturns | None, seed: int
) -> SearchReport:
    """Of a search over these bars. `returns` gives the days of a trial; None: the objective tells figures alone.

    Raises DataError `bad_trials` without a complete trial or with less than two parameters, and as `returns` does.
    """
    done = [trial for trial in found.trials if trial.state is TrialState.COMPLETE]
    goal, verdict, chosen = found.goals[0], None, list[Trial]()
    logits: tuple[float, ...] = ()
    if returns is not None and done:
        chosen = _spread(done, found.best[:1])
        table = _table(chosen, bars, returns)
        looked_at = max(found.counts.bars, len(found.trials))
        verdict, logits = judged(table[:, 0], table, looked_at, seed)
    tried = Tried(
        figure=goal.figure,
        parameters=[trial.parameters for trial in done],
        figures=[trial.figures[goal.figure] for trial in done],
        looked_at=len(found.trials),
        smaller=goal.direction is Direction.MINIMISE,
    )
    why = f"{objective} tells figures alone: give its module a function {objective.rpartition(':')[2]}_days"
    states = [trial.state.value for trial in found.trials]
    return SearchReport(
        title=f"Search of {objective} on {', '.join(sorted(bars))}",
        goal=f"{goal.figure}:{goal.direction}",
        best=found.best[:MOST_SHOWN],
        counts=found.counts,
        states={state: states.count(state) for state in dict.fromkeys(states)},
        sensitivity=sensitivity(tried, logits),
        verdict=verdict,
        judged_trials=len(chosen),
        not_judged=None if returns is not None else why,
    )


def _spread(done: Sequence[Trial], best: Sequence[Trial]) -> list[Trial]:
    """The best first; of very many the others evenly by number, which says nothing of how good they are."""
    others = [trial for trial in done if trial not in best]
    wanted = min(len(others), MOST_JUDGED - len(best))
    return [*best, *(others[place * len(others) // wanted] for place in range(wanted))]


def _table(chosen: Sequence[Trial], bars: Mapping[str, Bars], returns: DayReturns) -> Floats:
    begin = market_days(bars)[0]
    return np.column_stack([np.asarray(returns(bars, trial.parameters, begin)) for trial in chosen])
