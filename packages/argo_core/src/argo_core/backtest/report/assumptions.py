"""What a backtest takes for granted, in words: whoever reads its figures has to know."""

from __future__ import annotations

from collections.abc import Iterator

from argo_core.backtest.account import Account
from argo_core.backtest.backtest import Backtest
from argo_core.backtest.profit_result import ProfitResult
from argo_core.measures.resampled_bounds import SAMPLES


def assumptions(backtest: Backtest, found: ProfitResult) -> tuple[str, ...]:
    """Of this backtest, most consequential first: what its account was kept from, and what it left open, above all."""
    emission, engine = backtest.strategy.emission, backtest.strategy.engine
    return (
        *_unfinished(found),
        f"Signals are made of complete bars only; market orders fill at {backtest.account.fills}, slipped.",
        "Stops and targets fill within later bars at their price, or at the open where it lies beyond; where one bar "
        "touches both, the stop counts.",
        *_costs(backtest.account),
        f"The account begins with {backtest.account.cash:,.0f} and trades under {backtest.account.label}.",
        f"A signal needs a confidence of {engine.policy.threshold:g} % and ends after its horizon: "
        f"{emission.horizon.equity_sessions} sessions, coins {emission.horizon.crypto_days:g} days; "
        "the account holds on to its stop, its target or the other side's signal.",
        "Results of signals are gross; those of trades and of the account are after all costs named here.",
        "Cash earns nothing and borrowing, dividends and taxes cost nothing; no order moves the market.",
        "The symbols are those that were recorded: ones that vanished from the market are not among them.",
        f"Intervals are at 95 %: percentiles of {SAMPLES:,} stationary block resamples of whole days, or of trades "
        "for what is made of trades, so that what hangs together stays together; hit rates by Wilson, cases taken for "
        "independent. They say nothing of a future that is unlike the past.",
        "Series are shown by the last value of each UTC day; the deepest fall is that of every moment.",
    )


def _unfinished(found: ProfitResult) -> Iterator[str]:
    if found.halts_called:
        stands = (
            "" if found.halted_by is None else f", and {found.halted_by} still stood at the end: nobody resumes here"
        )
        yield f"Trading was halted {found.halts_called:,} times{stands}."
    if found.positions:
        named = ", ".join(sorted(position.symbol for position in found.positions))
        yield (
            f"Still open at the end, worth their last close and without the cost of closing: {named}. They are in the "
            "equity and not among the trades."
        )
    if found.unplaced:
        yield f"{len(found.unplaced):,} orders were allowed and never placed."


def _costs(account: Account) -> tuple[str, ...]:
    costs, exchange = account.costs, account.exchange
    part = "whole" if exchange.volume_pct is None else f"up to {exchange.volume_pct:g} % of a bar's volume"
    return (
        f"Each side of a trade pays a fee of {costs.fee_pct:g} %, and as a taker {costs.slippage_pct:g} % slippage and "
        f"half of a spread of {costs.spread_pct:g} %; orders are filled {part}.",
    )
