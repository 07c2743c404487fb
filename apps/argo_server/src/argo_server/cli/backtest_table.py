"""A backtest's figures as tables."""

from __future__ import annotations

from argo_core.backtest.figures.hit_rate import HitRate
from argo_core.backtest.headline import CurveFigures
from argo_core.backtest.summary import BacktestSummary, StrategySummary
from argo_server.cli.table import render_table

HEAD = ("", "final", "return %", "growth %/y", "volatility %", "Sharpe", "Sortino", "drawdown %", "Calmar")
HIT_HEAD = ("signals", "N", "hits", "hit rate %", "95 % from", "to")


def strategy_text(found: StrategySummary) -> str:
    """How good the signals were: all of them, and by what they have in common."""
    quality, counts = found.quality, found.decisions
    groups = (quality.by_symbol, quality.by_regime, quality.by_action, quality.by_source)
    rows = [_hits("all", quality.hits), *(_hits(name, hits) for group in groups for name, hits in group.items())]
    bands = [_hits(f"confidence {band.from_pct:g}-{band.to_pct:g}", band.hits) for band in quality.reliability]
    return "\n".join(
        [
            f"{', '.join(found.symbols)}: {found.began_at:%Y-%m-%d} to {found.ended_at:%Y-%m-%d}, "
            f"{found.moments} moments",
            f"decisions: {counts.published} published, {counts.repeats} repeats, {counts.vetoed} vetoed, "
            f"{counts.skipped} skipped for want of a move; sources {', '.join(found.sources)}",
            f"mean result {_text(quality.mean_gross_pct)} % gross, {_text(quality.mean_net_pct)} % net of the stated "
            f"costs; Brier {_text(quality.brier)}; {quality.open} open",
            render_table(HIT_HEAD, [*rows, *bands]),
        ]
    )


def backtest_text(found: BacktestSummary) -> str:
    """The account beside its comparisons, then what it paid and what was denied, then the signals."""
    terms, head, beside = found.terms, found.headline, found.comparisons
    best = beside.sources_alone[:1]
    rows = [
        _curve("this strategy", head.curve),
        _curve("buy and hold", beside.buy_and_hold),
        *(_curve(f"{alone.source} alone (best, known afterwards)", alone.curve) for alone in best),
    ]
    chance = beside.random_entry
    refused = ", ".join(f"{layer} {count}" for layer, count in found.denials.by_layer.items()) or "none"
    trades = head.trades
    return "\n".join(
        [
            f"account under {terms.account}: {terms.start_cash:,.2f} at the start, fee {terms.fee_pct:g} %, slippage "
            f"{terms.slippage_pct:g} %, spread {terms.spread_pct:g} %; market orders at {terms.fills}",
            render_table(HEAD, rows),
            f"trades {trades.count}: {_text(trades.rate_pct)} % gained (95 %: {_text(trades.low_pct)} to "
            f"{_text(trades.high_pct)}), profit factor {_text(head.profit_factor)}, exposure "
            f"{_text(head.exposure_pct)} %, turnover {_text(head.turnover)} a year; "
            f"{found.open_positions} open at the end",
            f"costs {head.costs.total:,.2f}: fees {head.costs.fees:,.2f}, slippage and spread "
            f"{head.costs.slippage:,.2f}",
            f"{chance.draws} draws of the same trades at random times: median {_text(chance.median_pct)} %, 90 % from "
            f"{_text(chance.low_pct)} to {_text(chance.high_pct)}; this one, added up likewise, "
            f"{_text(chance.own_pct)} %, above {_text(chance.beaten_pct)} % of them",
            f"signals judged {found.denials.judged}, allowed {found.denials.allowed}; denials by layer: {refused}",
            f"halts {found.halts}" + (f"; still halted: {found.halted_at_end}" if found.halted_at_end else ""),
            "",
            strategy_text(found.strategy),
        ]
    )


def _curve(name: str, curve: CurveFigures) -> tuple[object, ...]:
    figures = (
        curve.final_equity, curve.return_pct, curve.annual_growth_pct, curve.volatility_pct,
        curve.sharpe, curve.sortino, curve.max_drawdown_pct, curve.calmar,
    )  # fmt: skip
    return (name, *(_rounded(figure) for figure in figures))


def _hits(name: str, hits: HitRate) -> tuple[object, ...]:
    return (name, hits.count, hits.hits, _rounded(hits.rate_pct), _rounded(hits.low_pct), _rounded(hits.high_pct))


def _rounded(figure: float) -> float | None:
    return None if figure != figure else round(figure, 2)


def _text(figure: float) -> str:
    return "unknown" if figure != figure else f"{figure:.2f}"
