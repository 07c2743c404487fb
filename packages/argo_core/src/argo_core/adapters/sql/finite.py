"""NaN and infinity stop here: JSON would turn them into null and SQLite into NULL, both without a word."""

from __future__ import annotations

import math

from argo_core.errors import StoreError
from argo_core.model.cycle import CycleRecord
from argo_core.model.decision import Decision
from argo_core.model.outcome import Outcome
from argo_core.model.signal import Signal, VoteRecord


def require_finite(cycle: CycleRecord) -> None:
    """Raise StoreError that names the first record of `cycle` with a figure that is not finite.

    Sums are tested, not figures one by one: a sum is finite only if every term is (10,000 decisions pass here at once).
    """
    if not math.isfinite(sum(cycle.stage_ms.values())):
        _refuse(f"cycle {cycle.cycle_id}")
    for decision in cycle.decisions:
        if not math.isfinite(_of_decision(decision)):
            _refuse(f"decision {decision.decision_id}")
    for sealed in cycle.signals:
        if not math.isfinite(_of_signal(sealed.signal)):
            _refuse(f"signal {sealed.signal.signal_id}")
    for outcome in cycle.outcomes:
        if not math.isfinite(_of_outcome(outcome)):
            _refuse(f"outcome of {outcome.signal_id}")


def _refuse(record: str) -> None:
    raise StoreError(f"{record} holds a figure that is not finite: nothing was stored; record None where none exists")


def _of_decision(decision: Decision) -> float:
    total = (
        decision.confidence
        + decision.raw
        + decision.agreement
        + decision.coverage
        + decision.regime_factor
        + decision.threshold
        + (decision.price or 0.0)
        + (decision.volatility or 0.0)
        + (decision.measured or 0.0)
        + (decision.limit or 0.0)
    )
    for vote in decision.votes:
        total += _of_vote(vote)
    return total


def _of_vote(vote: VoteRecord) -> float:
    total = vote.confidence + vote.weight + vote.age_seconds + vote.age_factor + (vote.price or 0.0)
    return total + sum(vote.evidence.values()) if vote.evidence else total


def _of_signal(signal: Signal) -> float:
    total = signal.entry_price + signal.confidence
    total += (signal.target_price or 0.0) + (signal.stop_price or 0.0) + (signal.win_probability or 0.0)
    return total + sum(_of_vote(vote) for vote in signal.votes)


def _of_outcome(outcome: Outcome) -> float:
    return outcome.exit_price + outcome.profit_loss_pct + (outcome.net_pct or 0.0)
