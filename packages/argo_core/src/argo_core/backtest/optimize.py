"""`optimize`: search an objective's parameters, with every trial counted."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from argo_core.backtest.content_key import ComputedFrom, search_identity
from argo_core.backtest.inline_runner import InlineRunner
from argo_core.backtest.memory_trials import MemoryTrials
from argo_core.backtest.plain_search import GridSearch, RandomSearch, grid_size
from argo_core.backtest.run_trial import ONE_FIGURE
from argo_core.backtest.search_run import Progress, SearchRun, no_progress
from argo_core.backtest.search_space import parse_space, require_space
from argo_core.errors import DataError
from argo_core.model.search import Domain, Goal, Method, SearchResult
from argo_core.ports.parameter_search import ParameterSearch
from argo_core.ports.trial_ledger import TrialLedger
from argo_core.ports.trial_runner import Objective, TrialRunner

PLAIN_BATCH, LEARNING_BATCH = 256, 16
MOST_SEEDS = 2**32
PLAIN_SAMPLER = "argo 1"


def batch_of(method: Method) -> int:
    """How many trials are asked at once: fixed, so that it never depends on the workers. A method that learns is asked
    for few: what a batch tells serves only the next one."""
    return LEARNING_BATCH if method in (Method.TPE, Method.MULTI) else PLAIN_BATCH


def plan_search(
    space: str | Mapping[str, Domain],
    *,
    content: ComputedFrom,
    goals: Sequence[Goal] = (Goal(ONE_FIGURE),),
    method: Method | str = Method.RANDOM,
    trials: int = 100,
    seed: int = 0,
    search: ParameterSearch | None = None,
    sampler: str = PLAIN_SAMPLER,
    runner: TrialRunner | None = None,
    ledger: TrialLedger | None = None,
    progress: Progress = no_progress,
) -> SearchRun:
    """The search that `optimize` runs, to be awaited where an event loop runs already: `await plan_search(…).run(f)`.

    Raises DataError `bad_space`, `bad_search`, `endless_grid`.
    """
    points = parse_space(space) if isinstance(space, str) else require_space(space)
    chosen = _method(method, goals, trials, seed)
    batch = batch_of(chosen)
    asking = search or _plain(chosen, points, batch, seed)
    return SearchRun(
        identity=search_identity(
            content, space=points, goals=goals, method=chosen, seed=seed, batch=batch, sampler=sampler
        ),
        goals=tuple(goals),
        trials=min(trials, grid_size(points)) if chosen is Method.GRID else trials,
        batch=batch,
        asking=asking,
        runner=runner or InlineRunner(),
        ledger=ledger or MemoryTrials(),
        progress=progress,
    )


def optimize(
    objective: Objective,
    space: str | Mapping[str, Domain],
    *,
    content: ComputedFrom | None = None,
    goals: Sequence[Goal] = (Goal(ONE_FIGURE),),
    method: Method | str = Method.RANDOM,
    trials: int = 100,
    seed: int = 0,
    search: ParameterSearch | None = None,
    sampler: str = PLAIN_SAMPLER,
    runner: TrialRunner | None = None,
    ledger: TrialLedger | None = None,
    progress: Progress = no_progress,
) -> SearchResult:
    """Evaluate `objective` (parameters in, figures out; see `ports.trial_runner.Objective`) at `trials` points.

    `space` is text (`fast=5:50 slow=20:200:5`) or domains by name. The same space, goals, method and seed make the same
    trials on any number of workers. `grid` and `random` need nothing more; `tpe` and `multi` need a `search`, for
    instance `argo_core.adapters.optuna_search.OptunaSearch`. `runner` says where trials run (here, if none is given),
    `ledger` where they are counted; a ledger that outlives the process needs `content`, all that the objective's
    figures follow from, to know whose trials they are. Not inside a running event loop: await `plan_search(…).run(…)`.

    Raises DataError `bad_space`, `bad_search`, `endless_grid`, `objective_fails`, `no_such_figure`, `no_content`;
    StoreError.
    """
    if content is None:
        if ledger is not None:
            raise DataError("no_content", "a ledger needs to know what was tried: pass content=ComputedFrom(…)")
        content = ComputedFrom(bars={}, strategy=getattr(objective, "__name__", "objective"), source_hash="", engine="")
    run = plan_search(
        space, content=content, goals=goals, method=method, trials=trials, seed=seed, search=search, sampler=sampler,
        runner=runner, ledger=ledger, progress=progress,
    )  # fmt: skip
    return asyncio.run(run.run(objective))


def _method(method: Method | str, goals: Sequence[Goal], trials: int, seed: int) -> Method:
    try:
        chosen = Method(method)
    except ValueError as error:
        raise DataError("bad_search", f"{method!r} is no method: use {', '.join(Method)}") from error
    names = [goal.figure for goal in goals]
    if not names or len(set(names)) < len(names):
        raise DataError("bad_search", "name one goal or more, each once")
    if chosen is Method.TPE and len(names) > 1:
        raise DataError("bad_search", "tpe has one goal: use multi for several")
    if chosen is Method.MULTI and len(names) < 2:
        raise DataError("bad_search", "multi has two goals or more: use tpe for one")
    if trials < 1:
        raise DataError("bad_search", f"{trials} trials are none: ask for one or more")
    if not 0 <= seed < MOST_SEEDS:
        raise DataError("bad_search", f"{seed} is no seed: use a number from 0 to {MOST_SEEDS - 1}")
    return chosen


def _plain(method: Method, points: Mapping[str, Domain], batch: int, seed: int) -> ParameterSearch:
    if method is Method.GRID:
        return GridSearch(points, batch)
    if method is Method.RANDOM:
        return RandomSearch(points, batch, seed)
    raise DataError("bad_search", f"{method} learns: pass search=OptunaSearch(…) of argo_core.adapters.optuna_search")
