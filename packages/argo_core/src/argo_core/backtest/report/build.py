"""The one builder: results in, document out. Pure, and the same results with the same seed give the same document."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from argo_core.backtest.backtest import Backtest
from argo_core.backtest.comparisons.random_entry import RandomEntry
from argo_core.backtest.figures.daily_returns import daily_returns, days_per_year
from argo_core.backtest.figures.drawdown import drawdowns_pct
from argo_core.backtest.figures.years import years_between
from argo_core.backtest.headline import curve_figures, headline
from argo_core.backtest.profit_result import ProfitResult
from argo_core.backtest.report.account_figures import dealing_figures, trade_figures
from argo_core.backtest.report.assumptions import assumptions
from argo_core.backtest.report.contenders import Contenders, Swept
from argo_core.backtest.report.curve_figures import Scale, curve_statistics, figure_of, growth, reported
from argo_core.backtest.report.days import Days
from argo_core.backtest.report.document import FORM, Chanced, CostCase, Curve, Report
from argo_core.backtest.report.figure import Figure, number
from argo_core.backtest.report.judgement import judged
from argo_core.backtest.report.monthly import monthly_returns
from argo_core.backtest.report.price_lines import bars_used, price_lines
from argo_core.backtest.report.resampling import resampled_bounds
from argo_core.backtest.report.sensitivity import Tried, sensitivity
from argo_core.backtest.report.signal_figures import signal_figures
from argo_core.backtest.report.tables import decision_counts, hit_rows, reliability_points, trade_rows
from argo_core.backtest.signal_quality import SignalQuality, signal_quality
from argo_core.backtest.strategy_result import StrategyResult
from argo_core.measures.panel import Floats

ACCOUNT, HOLD = "Strategy", "Buy and hold"


@dataclass(frozen=True, slots=True)
class ReportTerms:
    """What the results do not say themselves. `engine`: name and version of what made them; `origin`: where the bars
    come from; `trials`: how many strategies were looked at in all before this one was shown; `seed` ≥ 0 of all that is
    drawn."""

    title: str
    engine: str
    origin: str
    seed: int = 0
    trials: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class _Racer:
    name: str
    equity: Floats


def build_report(
    backtest: Backtest,
    strategy: StrategyResult,
    profit: ProfitResult,
    contenders: Contenders,
    terms: ReportTerms,
    tried: Tried | None = None,
) -> Report:
    """The document of one backtest, every figure counted anew from decisions, outcomes, trades, fills and equity.

    `tried` are the trials of a search whose best this is: the verdict is then on all of them. Raises DataError
    `bad_trials`, `bad_count`, `bad_shape` for trials that do not fit.
    """
    days, quality = Days.among(profit.instants), signal_quality(strategy)
    curves, beyond = _curves(profit, contenders, days, terms.seed)
    verdict, logits = judged(
        daily_returns(profit.instants, profit.equity, profit.start_cash),
        None if tried is None else tried.returns,
        terms.trials if tried is None else max(tried.looked_at, terms.trials),
        terms.seed,
    )
    trades = trade_rows(profit)
    return Report(
        form=FORM,
        title=terms.title,
        engine=terms.engine,
        seed=terms.seed,
        origin=terms.origin,
        account=profit.label,
        assumptions=assumptions(backtest),
        data=tuple(bars_used(bars) for bars in backtest.history.bars),
        days=days.dates,
        verdict=verdict,
        figures=(*curves[0].figures, beyond, *_other_figures(strategy, profit, quality, days, terms.seed)),
        curves=curves,
        chance=_chanced(contenders.chance),
        costs=tuple(_cost_case(case) for case in contenders.swept),
        months=monthly_returns(days, days.ends(profit.equity), days.ends(contenders.hold), profit.start_cash),
        trades=trades,
        prices=price_lines(backtest.history, days, trades),
        hits=hit_rows(quality),
        reliability=reliability_points(quality),
        decisions=decision_counts(strategy, profit),
        sensitivity=None if tried is None else sensitivity(tried, logits),
    )


def _curves(profit: ProfitResult, contenders: Contenders, days: Days, seed: int) -> tuple[tuple[Curve, ...], Figure]:
    """The account first; and what its growth is beyond that of holding."""
    cash, instants = profit.start_cash, profit.instants
    racers = [_Racer(ACCOUNT, profit.equity), _Racer(HOLD, contenders.hold)]
    if contenders.alone:
        best = contenders.alone[0]
        racers.append(_Racer(f"Best single source, {best.source}", best.profit.equity))
    scale = Scale(cash, days_per_year(instants), years_between(instants))
    statistics = {key: each for place in range(len(racers)) for key, each in curve_statistics(scale, place).items()}
    statistics["beyond"] = lambda drawn: growth(drawn[:, :, 0], scale) - growth(drawn[:, :, 1], scale)
    returns = np.column_stack([daily_returns(instants, racer.equity, cash) for racer in racers])
    bounds = resampled_bounds(returns, statistics, seed, "days")
    found = [curve_figures(instants, racer.equity, cash) for racer in racers]
    curves = tuple(
        Curve(
            name=racer.name,
            equity=tuple(days.ends(racer.equity).tolist()),
            drawdown_pct=tuple(days.ends(drawdowns_pct(racer.equity, cash)).tolist()),
            figures=reported(said, bounds, place, len(days)),
        )
        for place, (racer, said) in enumerate(zip(racers, found, strict=True))
    )
    ahead = found[0].annual_growth_pct - found[1].annual_growth_pct
    title = "Growth beyond buy and hold"
    return curves, figure_of("beyond_hold", title, "% a year", ahead, bounds.get("beyond"), len(days), "days")


def _other_figures(
    strategy: StrategyResult, profit: ProfitResult, quality: SignalQuality, days: Days, seed: int
) -> tuple[Figure, ...]:
    head = headline(profit)
    return (
        *trade_figures(profit, head, seed),
        *dealing_figures(profit, head, days, seed),
        *signal_figures(strategy, quality, seed),
    )


def _chanced(found: RandomEntry) -> Chanced:
    return Chanced(
        draws=found.draws,
        trades=found.trades,
        own_pct=number(found.own_pct),
        median_pct=number(found.median_pct),
        low_pct=number(found.low_pct),
        high_pct=number(found.high_pct),
        beaten_pct=number(found.beaten_pct),
    )


def _cost_case(case: Swept) -> CostCase:
    head = headline(case.profit)
    return CostCase(
        times=case.times,
        trades=head.trades.count,
        final_equity=head.curve.final_equity,
        return_pct=head.curve.return_pct,
        sharpe=number(head.curve.sharpe),
        max_drawdown_pct=head.curve.max_drawdown_pct,
        paid=head.costs.total,
        hold_return_pct=100.0 * (float(case.hold[-1]) / case.profit.start_cash - 1.0),
    )
