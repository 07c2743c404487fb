"""From a backtest's findings to what is kept of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from argo_core.backtest.backtest import Backtest, BacktestResult
from argo_core.backtest.comparisons.random_entry import RandomEntry
from argo_core.backtest.lab.assumptions import absent_sources, account_assumptions, strategy_assumptions
from argo_core.backtest.lab.request import BacktestRequest
from argo_core.backtest.lab.result import Benchmark, Curve, Figure, Group, LabResult, LabSummary, RuleCount
from argo_core.backtest.lab.shown_figures import figure, said, shown, shown_hits
from argo_core.backtest.report.contenders import run_contenders
from argo_core.backtest.signal_quality import SignalQuality
from argo_core.backtest.strategy import Progress, silent
from argo_core.backtest.strategy_result import VETOED, StrategyResult
from argo_core.backtest.summary import BacktestSummary, StrategySummary, strategy_summary, summarised
from argo_core.model.consensus import Veto
from argo_core.model.instant import InstantArray, from_instant64

CONSENSUS, ACCOUNT = "consensus", "account"
Floats = NDArray[np.float64]


def lab_report(
    request: BacktestRequest,
    backtest: Backtest,
    chance: Generator,
    draws: int,
    progress: Progress = silent,
    trials: int = 1,
) -> LabResult:
    """Run it, and everything that it is held against. `chance` draws `draws` random entries; intervals, those of the
    report, are drawn from the request's seed. `trials`: how many were tried on these bars, this one
    included. Raises what the sources raise."""
    if request.kind == "strategy":
        return _of_strategy(request, backtest.signals(progress), trials)
    found = backtest.run(progress)
    contenders = run_contenders(backtest, found, chance, draws, times=())
    told = summarised(backtest, found, contenders, request.seed)
    return _of_profit(request, found, told, contenders.hold, trials)


def summary(result: LabResult) -> LabSummary:
    """What a list shows."""
    by_code = {each.code: each.value for each in result.headline}
    trades = by_code.get("trades")
    return LabSummary(
        return_pct=by_code.get("return_pct"),
        signals=int(by_code.get("signals") or 0),
        trades=None if trades is None else int(trades),
        hit_rate_pct=by_code.get("hit_rate_pct", by_code.get("signal_hit_rate_pct")),
    )


def _of_strategy(request: BacktestRequest, found: StrategyResult, trials: int) -> LabResult:
    told = strategy_summary(found, request.seed)
    return LabResult(
        request=request,
        began_at=found.began_at,
        ended_at=found.ended_at,
        moments=len(found.instants),
        headline=_of_signals(told),
        benchmarks=(),
        days=(),
        curves=(),
        trades=(),
        rules=tuple(_vetoes(found)),
        groups=tuple(_groups(told.quality)),
        assumptions=strategy_assumptions(told, absent_sources(found), request.seed, trials),
    )


def _of_profit(
    request: BacktestRequest,
    found: BacktestResult,
    told: BacktestSummary,
    held: Floats,
    trials: int,
) -> LabResult:
    profit = found.profit
    last = _ends_of_days(profit.instants)
    denied = (RuleCount(stage=ACCOUNT, rule=layer, count=count) for layer, count in found.denials.first.items())
    return LabResult(
        request=request,
        began_at=found.strategy.began_at,
        ended_at=found.strategy.ended_at,
        moments=len(profit.instants),
        headline=(
            *shown(told.curves[0].figures),
            figure("trades", "Finished trades", "count", float(len(profit.trades))),
            *shown(told.figures),
            *_of_signals(told.strategy),
        ),
        benchmarks=tuple(_benchmarks(told)),
        days=tuple(from_instant64(profit.instants[place]) for place in last),
        curves=(
            Curve(name="account", values=tuple(profit.equity[last].tolist())),
            Curve(name="buy and hold", values=tuple(held[last].tolist())),
        ),
        trades=profit.trades,
        rules=(*_vetoes(found.strategy), *denied),
        groups=tuple(_groups(found.quality)),
        assumptions=(
            *account_assumptions(told),
            *strategy_assumptions(told.strategy, absent_sources(found.strategy), request.seed, trials),
        ),
    )


def _of_signals(told: StrategySummary) -> tuple[Figure, ...]:
    return (figure("signals", "Signals", "count", float(told.quality.signals)), *shown(told.figures))


def _benchmarks(told: BacktestSummary) -> Iterator[Benchmark]:
    yield Benchmark(
        name="buy and hold",
        note="an equal part of the money for each symbol, bought once at the same costs and kept",
        figures=shown(told.curves[1].figures),
    )
    yield _by_chance(told.comparisons.random_entry)
    for alone, curve in zip(told.comparisons.sources_alone, told.curves[2:], strict=False):
        yield Benchmark(
            name=f"{alone.source} alone",
            note="the best single source; that it is the best is known only afterwards",
            figures=(*shown(curve.figures), figure("trades", "Finished trades", "count", float(alone.trades))),
        )


def _by_chance(drawn: RandomEntry) -> Benchmark:
    median = Figure(
        code="return_pct",
        name="Return",
        unit="percent",
        value=said(drawn.median_pct),
        low=said(drawn.low_pct),
        high=said(drawn.high_pct),
        n=drawn.draws,
        how="median, 5th and 95th percentile of the draws",
    )
    return Benchmark(
        name="random entry",
        note=f"the same {drawn.trades} trades, each entered at another time; results are added up, not compounded",
        figures=(
            median,
            figure("own_pct", "Return of the account, added up alike", "percent", drawn.own_pct, drawn.trades),
            figure("beaten_pct", "Draws that did worse than the account", "percent", drawn.beaten_pct, drawn.draws),
        ),
    )


def _vetoes(found: StrategyResult) -> Iterator[RuleCount]:
    vetoed = found.decisions.status == VETOED
    vetoes, counts = np.unique(found.decisions.veto[vetoed], return_counts=True)
    for place in np.argsort(-counts, kind="stable").tolist():
        yield RuleCount(stage=CONSENSUS, rule=Veto(int(vetoes[place])).code, count=int(counts[place]))


def _groups(quality: SignalQuality) -> Iterator[Group]:
    parts = (
        ("symbol", quality.by_symbol),
        ("regime", quality.by_regime),
        ("action", quality.by_action),
        ("source", quality.by_source),
    )
    for by, hits in parts:
        for name, rate in hits.items():
            yield Group(by=by, name=name, hits=shown_hits(rate))
    for band in quality.reliability:
        name = f"{band.from_pct:g}–{band.to_pct:g} %, mean {band.mean_confidence:.1f} %"
        yield Group(by="confidence", name=name, hits=shown_hits(band.hits))


def _ends_of_days(instants: InstantArray) -> NDArray[np.int64]:
    days = instants.astype("datetime64[D]")
    return np.flatnonzero(np.append(days[1:] != days[:-1], True))
