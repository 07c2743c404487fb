"""Every headline figure with its interval: of the account, and of what it is held against, over the same days."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import numpy as np

from argo_core.backtest.figures.daily_returns import daily_returns, days_per_year
from argo_core.backtest.figures.years import years_between
from argo_core.backtest.headline import curve_figures, headline
from argo_core.backtest.profit_result import ProfitResult
from argo_core.backtest.report.account_figures import dealing_figures, trade_figures
from argo_core.backtest.report.contenders import Contenders
from argo_core.backtest.report.curve_figures import Scale, curve_statistics, growth, reported
from argo_core.backtest.report.days import Days
from argo_core.measures.figure import Figure, figure_of
from argo_core.measures.panel import Floats
from argo_core.measures.resampled_bounds import resampled_bounds

ACCOUNT, HOLD = "Strategy", "Buy and hold"


class NamedFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What one equity curve says, the figures in the order of `curve_figures.TITLES`."""

    name: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Raced:
    """`curves`: the account, holding, the best single source as far as there is one, with their `equities` (T,);
    `beyond`: the account's growth beyond that of holding."""

    curves: tuple[NamedFigures, ...]
    equities: tuple[Floats, ...]
    beyond: Figure


def raced(profit: ProfitResult, contenders: Contenders, seed: int) -> Raced:
    """All over the same days, with intervals from the same resamples of them, drawn from `seed` ≥ 0."""
    cash, instants, days = profit.start_cash, profit.instants, Days.among(profit.instants)
    racers = {ACCOUNT: profit.equity, HOLD: contenders.hold}
    if contenders.alone:
        best = contenders.alone[0]
        racers[f"Best single source, {best.source}"] = best.profit.equity
    scale = Scale(cash, days_per_year(instants), years_between(instants))
    statistics = {key: each for place in range(len(racers)) for key, each in curve_statistics(scale, place).items()}
    statistics["beyond"] = lambda drawn: growth(drawn[:, :, 0], scale) - growth(drawn[:, :, 1], scale)
    returns = np.column_stack([daily_returns(instants, equity, cash) for equity in racers.values()])
    bounds = resampled_bounds(returns, statistics, seed, "days")
    found = [curve_figures(instants, equity, cash) for equity in racers.values()]
    curves = tuple(
        NamedFigures(name=name, figures=reported(said, bounds, place, len(days)))
        for place, (name, said) in enumerate(zip(racers, found, strict=True))
    )
    ahead = found[0].annual_growth_pct - found[1].annual_growth_pct
    title = "Growth beyond buy and hold"
    beyond = figure_of("beyond_hold", title, "% a year", ahead, bounds.get("beyond"), len(days), "days")
    return Raced(curves, tuple(racers.values()), beyond)


def account_figures(profit: ProfitResult, seed: int) -> tuple[Figure, ...]:
    """What trades and dealings say, with intervals drawn from `seed` ≥ 0."""
    head = headline(profit)
    return (*trade_figures(profit, head, seed), *dealing_figures(profit, head, Days.among(profit.instants), seed))
