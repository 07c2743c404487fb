"""What a result takes for granted, in sentences: whoever reads a figure reads these beside it."""

from __future__ import annotations

from argo_core.backtest.strategy_result import StrategyResult
from argo_core.backtest.summary import BacktestSummary, StrategySummary
from argo_core.measures.resampled_bounds import CONFIDENCE, SAMPLES
from argo_core.model.vote import Absence


def account_assumptions(told: BacktestSummary) -> tuple[str, ...]:
    """Of the account: its terms, and what its figures leave out."""
    terms = told.terms
    volume = "no limit by volume" if terms.volume_pct is None else f"at most {terms.volume_pct:g} % of a bar's volume"
    sentences = [
        f"The account begins with {terms.start_cash:,.2f} and stands under {terms.account}.",
        f"Market orders are filled at {terms.fills}, with {terms.slippage_pct:g} % slippage, {terms.spread_pct:g} % "
        f"spread and {terms.fee_pct:g} % fee for each side; {volume}.",
        "The deepest fall is measured at every moment; its interval, like those of the other figures of the curve, at "
        "the ends of days.",
    ]
    if told.open_positions:
        sentences.append(f"{told.open_positions} positions were open at the end: marked at the last close, no trades.")
    if told.halts:
        stands = f", and {told.halted_at_end} still stood at the end" if told.halted_at_end else ""
        sentences.append(f"Trading was halted {told.halts} times{stands}.")
    if told.unplaced:
        sentences.append(f"{told.unplaced} orders were allowed and grew too old before they could be placed.")
    return tuple(sentences)


def strategy_assumptions(told: StrategySummary, absent: tuple[str, ...], seed: int, trials: int) -> tuple[str, ...]:
    """Of the signals, of every interval, and of how often something was tried: `trials` on these bars."""
    decided = told.decisions
    sentences = [
        f"The market was looked at {told.moments:,} times; {decided.skipped:,} symbols at moments were skipped because "
        f"nothing had moved, {decided.repeats:,} decisions repeated a signal that was open.",
        f"Intervals are at {100 * CONFIDENCE:g} %: of rates Wilson's, of the rest from {SAMPLES:,} resamples "
        f"in blocks, seed {seed}. Where none is shown there are fewer than 20 cases, or the figure has none.",
        f"{_tried(trials)} Of many that are tried the best looks good by chance: these figures do not correct for it.",
    ]
    if absent:
        sentences.append(f"Without a single vote: {', '.join(absent)}.")
    return tuple(sentences)


def _tried(trials: int) -> str:
    if trials < 2:
        return "No other strategy had been tried on these bars when this was run, as far as the database knows."
    return f"{trials:,} strategies had been tried on these bars when this was run, this one included."


def absent_sources(found: StrategyResult) -> tuple[str, ...]:
    """Sources that never voted, each with the reason that it gave most."""
    named = []
    for name, reasons in zip(found.sources, found.decisions.vote_absence, strict=True):
        if len(reasons) and (reasons != Absence.NONE.value).all():
            commonest = max(set(reasons.tolist()), key=reasons.tolist().count)
            named.append(f"{name} ({Absence(commonest).name.lower().replace('_', ' ')})")
    return tuple(named)
