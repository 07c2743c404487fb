"""The report's tables: finished trades, hit rates, reliability, and what was decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from argo_core.backtest.denials import denials
from argo_core.backtest.figures.hit_rate import HitRate
from argo_core.backtest.figures.trade_results import trade_results
from argo_core.backtest.profit_result import ProfitResult
from argo_core.backtest.report.document import Counted, HitRow, ReliabilityPoint, TradeRow
from argo_core.backtest.signal_quality import SignalQuality
from argo_core.backtest.strategy_result import STATUSES, VETOED, StrategyResult
from argo_core.measures.figure import number
from argo_core.model.consensus import Veto


def trade_rows(found: ProfitResult) -> tuple[TradeRow, ...]:
    """In the order in which they closed."""
    ordered = sorted(found.trades, key=lambda trade: trade.closed_at)
    return tuple(
        TradeRow(
            symbol=trade.symbol,
            action=trade.action,
            quantity=trade.quantity,
            entry_price=trade.entry_price,
            exit_price=trade.exit_price,
            opened_at=trade.opened_at,
            closed_at=trade.closed_at,
            exit=trade.exit,
            fees=trade.fees,
            result=float(result),
            net_pct=trade.net_pct,
        )
        for trade, result in zip(ordered, trade_results(ordered), strict=True)
    )


def hit_rows(quality: SignalQuality) -> tuple[HitRow, ...]:
    """Of all signals, then by symbol, regime, action, source and band of confidence."""
    bands = {f"{band.from_pct:g} to {band.to_pct:g} %": band.hits for band in quality.reliability}
    groups: dict[str, Mapping[str, HitRate]] = {
        "all": {"signals": quality.hits},
        "symbol": quality.by_symbol,
        "regime": quality.by_regime,
        "action": quality.by_action,
        "source": quality.by_source,
        "band": bands,
    }
    return tuple(
        HitRow(
            group=group,
            key=key,
            count=hits.count,
            hits=hits.hits,
            rate_pct=number(hits.rate_pct),
            low_pct=hits.low_pct,
            high_pct=hits.high_pct,
        )
        for group, rows in groups.items()
        for key, hits in rows.items()
    )


def reliability_points(quality: SignalQuality) -> tuple[ReliabilityPoint, ...]:
    """The bands of confidence that have resolved signals, lowest first."""
    return tuple(
        ReliabilityPoint(
            from_pct=band.from_pct,
            to_pct=band.to_pct,
            mean_confidence=band.mean_confidence,
            count=band.hits.count,
            rate_pct=band.hits.rate_pct,
            low_pct=band.hits.low_pct,
            high_pct=band.hits.high_pct,
        )
        for band in quality.reliability
    )


def decision_counts(found: StrategyResult, profit: ProfitResult) -> tuple[Counted, ...]:
    """What became of every symbol at every moment, of every veto its rule, of every denial its layer and its code."""
    refused, reasons = denials(profit.verdicts), list(profit.unplaced.values())
    statuses = np.bincount(found.decisions.status, minlength=len(STATUSES)).tolist()
    by_status = dict(zip(STATUSES, statuses, strict=True))
    by_status["skipped"] += found.skipped
    stages: dict[str, Mapping[str, int]] = {
        "decision": by_status,
        "veto": dict(_vetoes(found)),
        "verdict": {"allowed": refused.allowed, "denied": refused.judged - refused.allowed},
        "layer": refused.by_layer,
        "code": refused.by_code,
        "unplaced": {reason: reasons.count(reason) for reason in dict.fromkeys(reasons)},
    }
    return tuple(
        Counted(stage=stage, name=name, count=count)
        for stage, counts in stages.items()
        for name, count in counts.items()
    )


def _vetoes(found: StrategyResult) -> Iterator[tuple[str, int]]:
    vetoed = found.decisions.veto[found.decisions.status == VETOED]
    codes, counts = np.unique(vetoed, return_counts=True)
    for code, count in sorted(zip(codes.tolist(), counts.tolist(), strict=True), key=lambda one: -one[1]):
        yield Veto(code).code, count
