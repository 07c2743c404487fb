"""A walk-forward with a search in every window, in figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import msgspec
import numpy as np

from argo_core.backtest.figures.daily_returns import days_per_year
from argo_core.backtest.figures.years import years_between
from argo_core.backtest.headline import curve_figures
from argo_core.backtest.market_days import Days, bar_days
from argo_core.backtest.report.curve_figures import Scale, curve_statistics, growth, reported
from argo_core.backtest.report.document import Judged
from argo_core.backtest.report.headline_figures import NamedFigures
from argo_core.backtest.report.judgement import judged
from argo_core.backtest.verdict import Finding
from argo_core.backtest.walk_forward import Window
from argo_core.backtest.walk_forward_search import SearchedForward
from argo_core.backtest.walk_forward_splits import WalkForwardPlan
from argo_core.measures.bootstrap_interval import Statistic
from argo_core.measures.figure import Figure, figure_of
from argo_core.measures.panel import Floats
from argo_core.measures.resampled_bounds import resampled_bounds
from argo_core.model.bars import Bars
from argo_core.model.search import Goal, Parameters, SearchResult, TrialCounts

CASH = 100_000.0


@dataclass(frozen=True, slots=True)
class ForwardTerms:
    """How it was walked. `objective` by name, `goal` of the searches, `seed` ≥ 0 of all that is drawn; `looked_at`: how
    many walk-forwards were looked at before this one was shown, itself included."""

    objective: str
    space: str
    goal: Goal
    method: str
    plan: WalkForwardPlan
    seed: int = 0
    looked_at: int = 1


class WindowTold(msgspec.Struct, frozen=True, kw_only=True):
    """One window: the days that chose and those that judged, both ends included. `goal` is the figure of the chosen
    among `trials`; `inside_day_pct` and `outside_day_pct` mean returns a day, `outside` the return over all of it."""

    learned_from: date
    learned_to: date
    judged_from: date
    judged_to: date
    parameters: Parameters
    trials: int
    goal: float
    inside_day_pct: float
    outside_day_pct: float
    outside: Figure
    finding: str


class ForwardReport(msgspec.Struct, frozen=True, kw_only=True):
    """`curves`: the joined days out of sample, and buying and holding over the same days, each with intervals from the
    same resamples. `efficiency`: mean return a day outside over inside; its interval is the outside's alone.
    `trials` were evaluated in all windows, `ever` as far as the ledger knows. `equity` (D,) of both.
    """

    title: str
    objective: str
    space: str
    goal: str
    method: str
    train_days: int
    test_days: int
    gap_days: int
    anchored: bool
    seed: int
    symbols: tuple[str, ...]
    windows: tuple[WindowTold, ...]
    verdict: Judged
    curves: tuple[NamedFigures, ...]
    beyond: Figure
    efficiency: Figure
    trials: int
    ever: TrialCounts
    days: tuple[date, ...]
    equity: tuple[tuple[float, ...], ...]


def forward_report(found: SearchedForward, bars: Mapping[str, Bars], terms: ForwardTerms) -> ForwardReport:
    """The document of what was found on `bars`. Raises DataError `bad_count` unless `looked_at` is 1 or more."""
    own, days = found.walked.returns, found.judged_days
    curves, beyond, efficiency, equity = _joined(found, held_returns(bars, days), terms.seed)
    verdict, _ = judged(own, None, terms.looked_at, terms.seed)
    plan, goal = terms.plan, f"{terms.goal.figure}:{terms.goal.direction}"
    pairs = zip(found.walked.windows, found.searches, strict=True)
    return ForwardReport(
        title=f"Walk-forward of {terms.objective} on {', '.join(sorted(bars))}",
        objective=terms.objective,
        space=terms.space,
        goal=goal,
        method=terms.method,
        train_days=plan.train,
        test_days=plan.test,
        gap_days=plan.gap,
        anchored=plan.anchored,
        seed=terms.seed,
        symbols=tuple(sorted(bars)),
        windows=tuple(_window(found, window, search, terms) for window, search in pairs),
        verdict=verdict,
        curves=curves,
        beyond=beyond,
        efficiency=efficiency,
        trials=sum(len(search.trials) for search in found.searches),
        ever=found.searches[-1].counts,
        days=tuple(days.tolist()),
        equity=equity,
    )


def held_returns(bars: Mapping[str, Bars], days: Days) -> Floats:
    """Returns (D,) of an equal part in each symbol, bought at the close before the first of `days` (its open without
    one) and kept, without costs; a day without a bar keeps the price."""
    worth = np.zeros(len(days) + 1)
    for each in bars.values():
        own = bar_days(each)
        places = np.searchsorted(own, days, side="right") - 1
        before = int(np.searchsorted(own, days[0])) - 1
        start = each.close[before] if before >= 0 else each.open[0]
        closes = np.where(places >= 0, each.close[np.maximum(places, 0)], start)
        worth += np.concatenate(([1.0], closes / start)) / len(bars)
    found: Floats = worth[1:] / worth[:-1] - 1.0
    return found


def _joined(
    found: SearchedForward, held: Floats, seed: int
) -> tuple[tuple[NamedFigures, ...], Figure, Figure, tuple[tuple[float, ...], ...]]:
    returns, instants = np.column_stack([found.walked.returns, held]), found.judged_days.astype("datetime64[us]")
    scale = Scale(CASH, days_per_year(instants), years_between(instants))
    statistics: dict[str, Statistic] = curve_statistics(scale, 0) | curve_statistics(scale, 1)
    statistics["beyond"] = lambda drawn: growth(drawn[:, :, 0], scale) - growth(drawn[:, :, 1], scale)
    inside, efficiency = _inside(found), found.walked.efficiency
    if efficiency is not None:
        statistics["efficiency"] = lambda drawn: drawn[:, :, 0].mean(axis=1) / inside
    bounds, count = resampled_bounds(returns, statistics, seed, "days"), len(returns)
    equities = [_equity(each) for each in (found.walked.returns, held)]
    told = [curve_figures(instants, equity, CASH) for equity in equities]
    curves = tuple(
        NamedFigures(name=name, figures=reported(each, bounds, column, count))
        for column, (name, each) in enumerate(zip(("Out of sample", "Buy and hold"), told, strict=True))
    )
    ahead = told[0].annual_growth_pct - told[1].annual_growth_pct
    beyond = figure_of(
        "beyond_hold", "Growth beyond buy and hold", "% a year", ahead, bounds.get("beyond"), count, "days"
    )
    kept = float("nan") if efficiency is None else efficiency
    efficient = figure_of(
        "efficiency", "Efficiency, out of sample over in sample", "", kept, bounds.get("efficiency"), count, "days"
    )
    return curves, beyond, efficient, tuple(tuple(equity.tolist()) for equity in equities)


def _equity(returns: Floats) -> Floats:
    equity: Floats = CASH * np.cumprod(1.0 + returns, dtype=np.float64)
    return equity


def _inside(found: SearchedForward) -> float:
    """Mean return a day inside, the windows weighted by the days judged, as efficiency has it."""
    windows = found.walked.windows
    sizes = np.array([window.test_stop - window.test_start for window in windows], dtype=np.float64)
    return float(sizes @ [window.inside for window in windows] / sizes.sum())


def _window(
    found: SearchedForward, window: Window[Parameters], search: SearchResult, terms: ForwardTerms
) -> WindowTold:
    days, first = found.days, int(found.walked.rows[0])
    returns = found.walked.returns[window.test_start - first : window.test_stop - first]
    total = {"return_pct": lambda drawn: 100.0 * (np.prod(1.0 + drawn[:, :, 0], axis=1) - 1.0)}
    bounds = resampled_bounds(returns[:, None], total, terms.seed, "days").get("return_pct")
    value = 100.0 * float(np.prod(1.0 + returns) - 1.0)
    outside = figure_of("return_pct", "Return", "%", value, bounds, len(returns), "days")
    above = outside.low is not None and outside.low > 0
    return WindowTold(
        learned_from=days[window.train_start].item(),
        learned_to=days[window.train_stop - 1].item(),
        judged_from=days[window.test_start].item(),
        judged_to=days[window.test_stop - 1].item(),
        parameters=window.parameters,
        trials=len(search.trials),
        goal=search.best[0].figures[terms.goal.figure],
        inside_day_pct=100.0 * window.inside,
        outside_day_pct=100.0 * window.outside,
        outside=outside,
        finding=(Finding.EVIDENCE if above else Finding.NO_EVIDENCE).value,
    )
