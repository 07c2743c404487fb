"""A backtest's figures as lines of text: what a command prints without a report."""

from __future__ import annotations

from argo_core.backtest.figures.hit_rate import HitRate
from argo_core.backtest.kept_runs import Kept
from argo_core.backtest.report.text import curve_lines, figure_lines, said, text_table
from argo_core.backtest.summary import BacktestSummary, StrategySummary
from argo_core.measures.resampled_bounds import SAMPLES

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
            f"{quality.open} signals open at the end; net results are after the stated costs",
            *figure_lines(found.figures),
            f"intervals at 95 %: rates by Wilson, others from {SAMPLES:,} resamples in blocks, seed {found.seed}; "
            "a dash where fewer than 20 cases or no number say nothing",
            "",
            *text_table(HIT_HEAD, [*rows, *bands]),
        ]
    )


def backtest_text(found: BacktestSummary) -> str:
    """The account beside its comparisons, then what it paid and what was denied, then the signals."""
    terms, chance = found.terms, found.comparisons.random_entry
    refused = ", ".join(f"{layer} {count}" for layer, count in found.denials.by_layer.items()) or "none"
    return "\n".join(
        [
            f"account under {terms.account}: {terms.start_cash:,.2f} at the start, fee {terms.fee_pct:g} %, slippage "
            f"{terms.slippage_pct:g} %, spread {terms.spread_pct:g} %; market orders at {terms.fills}",
            *curve_lines(found.curves),
            "which single source is best is known only afterwards",
            "",
            *figure_lines(found.figures),
            f"{found.open_positions} positions open at the end, marked at the last close and not among the trades",
            f"{chance.draws} draws of the same trades at random times: median {_text(chance.median_pct)} %, 90 % from "
            f"{_text(chance.low_pct)} to {_text(chance.high_pct)}; this one, added up likewise, "
            f"{_text(chance.own_pct)} %, above {_text(chance.beaten_pct)} % of them",
            f"signals judged {found.denials.judged}, allowed {found.denials.allowed}; denials by layer: {refused}",
            f"halts {found.halts}" + (f"; still halted: {found.halted_at_end}" if found.halted_at_end else ""),
            "",
            strategy_text(found.strategy),
        ]
    )


def trials_text(found: Kept) -> str:
    """How many strategies were tried, for whoever is about to believe the best of them."""
    if found.trials < 2:
        return "one strategy was tried here as far as is known: argo backtest --report judges it"
    return f"{found.trials:,} strategies were tried on these bars, this one included: --report allows for all of them"


def _hits(name: str, hits: HitRate) -> tuple[str, ...]:
    rates = (hits.rate_pct, hits.low_pct, hits.high_pct)
    return (name, f"{hits.count:,}", f"{hits.hits:,}", *(_text(rate) for rate in rates))


def _text(figure: float) -> str:
    return "unknown" if figure != figure else said(figure)
