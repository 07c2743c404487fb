"""Runs of the lab as pages show them: every number is one of the stored result, or made of such ones here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from argo_core.backtest.lab.plot import Plot, Series, plot_of
from argo_core.backtest.lab.request import STORED, BacktestRequest, document_from
from argo_core.backtest.lab.result import (
    Benchmark,
    Figure,
    Group,
    LabResult,
    LabSummary,
    RuleCount,
    result_of,
    summary_of,
)
from argo_core.model.lab_run import LabRun, RunState
from argo_core.model.trade import Trade
from argo_server.web.views.words import GLUE, NOTHING

TRADES_SHOWN, MOST_COMPARED = 50, 6
TONES = {RunState.DONE: "good", RunState.RUNNING: "good", RunState.FAILED: "bad", RunState.CANCELLED: "warn"}
BESIDE = (
    "final_equity",
    "return_pct",
    "annual_growth_pct",
    "volatility_pct",
    "sharpe",
    "sortino",
    "max_drawdown_pct",
    "calmar",
)
LARGE, NAMED = 1e15, 3


class RunView(msgspec.Struct, frozen=True, kw_only=True):
    """`words` say how it stands; `part` is how much of the work is done, 0–100, None while it is not measured."""

    run: LabRun
    request: BacktestRequest
    title: str
    tone: str
    words: str
    part: float | None
    summary: LabSummary | None
    seconds: float | None


class FigureView(msgspec.Struct, frozen=True, kw_only=True):
    """A figure as text."""

    name: str
    value: str
    interval: str
    count: str
    how: str


class ComparisonRow(msgspec.Struct, frozen=True, kw_only=True):
    """One figure of the account, and of each benchmark that has it."""

    name: str
    values: tuple[FigureView, ...]


class TradePage(msgspec.Struct, frozen=True, kw_only=True):
    """`number` counts from 1 to `pages`."""

    trades: tuple[Trade, ...]
    number: int
    pages: int
    count: int


class ResultView(msgspec.Struct, frozen=True, kw_only=True):
    """What a run found."""

    result: LabResult
    headline: tuple[FigureView, ...]
    benchmarks: tuple[Benchmark, ...]
    beside: tuple[ComparisonRow, ...]
    further: tuple[tuple[str, FigureView], ...]
    plot: Plot | None
    trades: TradePage
    rules: tuple[RuleCount, ...]
    groups: tuple[tuple[str, tuple[tuple[Group, FigureView], ...]], ...]


class ComparedView(msgspec.Struct, frozen=True, kw_only=True):
    """Runs side by side; those without a result have empty cells."""

    rows: tuple[RunView, ...]
    figures: tuple[ComparisonRow, ...]
    plot: Plot | None


def run_view(run: LabRun, now: datetime) -> RunView:
    """One run. `now` wall clock."""
    request = document_from(run.request.document).request
    ended = run.ended_at or now
    return RunView(
        run=run,
        request=request,
        title=_title(request),
        tone=TONES.get(run.state, "calm"),
        words=_words(run),
        part=100.0 * min(run.done / run.total, 1.0) if run.total else None,
        summary=summary_of(run.summary) if run.summary else None,
        seconds=None if run.started_at is None else max((ended - run.started_at).total_seconds(), 0.0),
    )


def result_view(stored: bytes, page: int) -> ResultView:
    """`page` of the trades, from 1; beyond the last it is the last."""
    result = result_of(stored)
    curves = [Series(name=curve.name, days=result.days, values=curve.values) for curve in result.curves]
    return ResultView(
        result=result,
        headline=tuple(map(figure_view, result.headline)),
        benchmarks=result.benchmarks,
        beside=_beside(result),
        further=tuple(
            (benchmark.name, figure_view(each))
            for benchmark in result.benchmarks
            for each in benchmark.figures
            if each.code not in BESIDE
        ),
        plot=plot_of(curves, result.request.initial_capital),
        trades=_trades(result.trades, page),
        rules=result.rules,
        groups=_groups(result),
    )


def compared_view(rows: Sequence[RunView], stored: Sequence[bytes | None]) -> ComparedView:
    """`stored` holds the result of each row, None for one without."""
    results = [None if each is None else result_of(each) for each in stored]
    named = {figure.code: figure.name for result in results if result for figure in result.headline}
    figures = tuple(
        ComparisonRow(name=name, values=tuple(_of_code(result, code) for result in results))
        for code, name in named.items()
    )
    curves = [
        Series(
            name=f"{place}: {row.title}",
            days=result.days,
            values=[100.0 * (value / (result.request.initial_capital or 1.0) - 1.0) for value in curve.values],
        )
        for place, (row, result) in enumerate(zip(rows, results, strict=True), start=1)
        if result is not None
        for curve in result.curves[:1]
    ]
    return ComparedView(rows=tuple(rows), figures=figures, plot=plot_of(curves, 0.0))


def figure_view(figure: Figure) -> FigureView:
    """As people read it."""
    low, high = (shown(bound, figure.unit) for bound in (figure.low, figure.high))
    interval = f"{low} to {high}"
    if figure.low is None:
        interval = NOTHING if figure.high is None else f"{high} or less"
    elif figure.high is None:
        interval = f"{low} or more"
    return FigureView(
        name=figure.name,
        value=shown(figure.value, figure.unit),
        interval=interval,
        count=NOTHING if figure.n is None else f"{figure.n:,}",
        how=figure.how,
    )


def shown(value: float | None, unit: str) -> str:
    """Money with two decimals, percentages with a sign for nothing, ratios with three digits behind the point."""
    if value is None:
        return NOTHING
    if abs(value) >= LARGE:
        return f"{value:.3e}"
    if unit == "percent":
        return f"{value:,.2f}{GLUE}%"
    return {"money": f"{value:,.2f}", "count": f"{value:,.0f}"}.get(unit, f"{value:.3f}")


def _title(request: BacktestRequest) -> str:
    symbols = request.symbols or ()
    named = ", ".join(symbols[:NAMED]) + (f" and {len(symbols) - NAMED} more" if len(symbols) > NAMED else "")
    what = "signals alone" if request.kind == "strategy" else request.executor.replace("_", " ")
    stored = f" · stored {request.timeframe} {request.adjustment}" if request.bars == STORED else ""
    return f"{named} · {what}{stored}"


def _words(run: LabRun) -> str:
    if run.cancelling_at is not None and not run.over:
        return "it ends as soon as its process hears that it is not wanted"
    if run.state is RunState.REQUESTED:
        return "waits for its turn"
    if run.state is RunState.RUNNING:
        again = " again, for the first process was ended from outside" if run.attempts > 1 else ""
        if not run.total:
            return f"decisions are being made{again}"
        what = "what it is held against is worked out" if run.done >= run.total else "the account trades"
        return f"{what}{again}"
    return run.error or ""


def _beside(result: LabResult) -> tuple[ComparisonRow, ...]:
    if not result.benchmarks:
        return ()
    own = {each.code: each for each in result.headline}
    others = [{each.code: each for each in benchmark.figures} for benchmark in result.benchmarks]
    return tuple(
        ComparisonRow(name=own[code].name, values=tuple(_cell(each.get(code)) for each in (own, *others)))
        for code in BESIDE
        if code in own
    )


def _of_code(result: LabResult | None, code: str) -> FigureView:
    found = () if result is None else result.headline
    return _cell(next((each for each in found if each.code == code), None))


def _cell(figure: Figure | None) -> FigureView:
    if figure is None:
        return FigureView(name="", value=NOTHING, interval=NOTHING, count=NOTHING, how="")
    return figure_view(figure)


def _trades(trades: Sequence[Trade], page: int) -> TradePage:
    pages = max(-(-len(trades) // TRADES_SHOWN), 1)
    number = min(page, pages)
    first = (number - 1) * TRADES_SHOWN
    return TradePage(trades=tuple(trades[first : first + TRADES_SHOWN]), number=number, pages=pages, count=len(trades))


def _groups(result: LabResult) -> tuple[tuple[str, tuple[tuple[Group, FigureView], ...]], ...]:
    names = dict.fromkeys(group.by for group in result.groups)
    return tuple(
        (by, tuple((group, figure_view(group.hits)) for group in result.groups if group.by == by)) for by in names
    )
