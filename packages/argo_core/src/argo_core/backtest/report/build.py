"""The one builder: results in, document out. Pure, and the same results with the same seed give the same document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from argo_core.backtest.backtest import Backtest
from argo_core.backtest.comparisons.random_entry import RandomEntry
from argo_core.backtest.figures.daily_returns import daily_returns
from argo_core.backtest.figures.drawdown import drawdowns_pct
from argo_core.backtest.headline import headline
from argo_core.backtest.profit_result import ProfitResult
from argo_core.backtest.report.assumptions import assumptions
from argo_core.backtest.report.contenders import Contenders, Swept
from argo_core.backtest.report.days import Days
from argo_core.backtest.report.document import FORM, Chanced, CostCase, Curve, Report
from argo_core.backtest.report.headline_figures import Raced, account_figures, raced
from argo_core.backtest.report.judgement import judged
from argo_core.backtest.report.monthly import monthly_returns
from argo_core.backtest.report.price_lines import bars_used, price_lines
from argo_core.backtest.report.sensitivity import Tried, sensitivity
from argo_core.backtest.report.signal_figures import signal_figures
from argo_core.backtest.report.tables import decision_counts, hit_rows, reliability_points, trade_rows
from argo_core.backtest.signal_quality import SignalQuality, signal_quality
from argo_core.backtest.strategy_result import StrategyResult
from argo_core.measures.figure import Figure, number


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
    race = raced(profit, contenders, terms.seed)
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
        assumptions=assumptions(backtest, profit),
        data=tuple(bars_used(bars) for bars in backtest.history.bars),
        days=days.dates,
        verdict=verdict,
        figures=_figures(strategy, profit, quality, race, terms.seed),
        curves=tuple(_curves(race, profit.start_cash, days)),
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


def _figures(
    strategy: StrategyResult, profit: ProfitResult, quality: SignalQuality, race: Raced, seed: int
) -> tuple[Figure, ...]:
    own = race.curves[0].figures
    return (*own, race.beyond, *account_figures(profit, seed), *signal_figures(strategy, quality, seed))


def _curves(race: Raced, start_cash: float, days: Days) -> Iterator[Curve]:
    for named, equity in zip(race.curves, race.equities, strict=True):
        yield Curve(
            name=named.name,
            equity=tuple(days.ends(equity).tolist()),
            drawdown_pct=tuple(days.ends(drawdowns_pct(equity, start_cash)).tolist()),
            figures=named.figures,
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
