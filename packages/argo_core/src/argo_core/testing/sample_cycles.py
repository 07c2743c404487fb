"""Small cycles for tests: real hashes over invented figures, everything decided by the arguments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from argo_core.ledger import SCHEME, signal_hash
from argo_core.model.asset import asset_type_of
from argo_core.model.cycle import CycleRecord, OutboxMessage
from argo_core.model.decision import AbsenceRecord, Decision
from argo_core.model.direction import Direction
from argo_core.model.instant import to_text
from argo_core.model.outcome import Outcome, Result
from argo_core.model.signal import SealedSignal, Signal, VoteRecord

MOMENT = datetime(2026, 3, 2, 15, 30, 0, 250_000, tzinfo=UTC)
"""The wall clock of a sample unless another is given; its market time is one hour earlier."""

STRATEGY = "weighted_consensus_v6"


def sample_vote(at: datetime = MOMENT) -> VoteRecord:
    """One vote with evidence, observed 1.5 s before `at`."""
    return VoteRecord(
        source="replay_price",
        group="market_data",
        direction="LONG",
        confidence=81.25,
        weight=0.4,
        age_seconds=1.5,
        age_factor=1.0,
        price=175.25,
        observed_at=at - timedelta(seconds=1, milliseconds=500),
        chosen=True,
        evidence={"momentum": 0.0125},
        rationale="above its average",
    )


def sample_signal(
    signal_id: str,
    *,
    symbol: str = "AAPL",
    action: str = "BUY",
    confidence: float = 82.5,
    regime: str = "BULL",
    at: datetime = MOMENT,
) -> SealedSignal:
    """A sealed signal with one vote, target and stop on the right sides."""
    side = 1.0 if action == "BUY" else -1.0
    signal = Signal(
        signal_id=signal_id,
        symbol=symbol,
        action=action,
        entry_price=175.25,
        target_price=175.25 + 5.0 * side,
        stop_price=175.25 - 2.5 * side,
        confidence=confidence,
        strategy=STRATEGY,
        timestamp=to_text(at),
        as_of=at - timedelta(hours=1),
        asset_type=asset_type_of(symbol).value,
        data_source="replay_sample",
        regime=regime,
        reasoning="price action and technicals agree on the way up",
        votes=(sample_vote(at),),
        horizon_at=at + timedelta(days=5),
        win_probability=None,
    )
    return SealedSignal(signal=signal, scheme=SCHEME, verification_hash=signal_hash(signal.hashed_fields()))


def sample_decision(
    decision_id: str,
    *,
    symbol: str = "AAPL",
    status: str = "vetoed",
    veto: str | None = "below_threshold",
    signal_id: str | None = None,
    repeat_of: str | None = None,
    confidence: float = 61.5,
    at: datetime = MOMENT,
) -> Decision:
    """A decision with one vote and one absence."""
    return Decision(
        decision_id=decision_id,
        symbol=symbol,
        strategy=STRATEGY,
        as_of=at - timedelta(hours=1),
        status=status,
        direction=Direction.LONG.name,
        confidence=confidence,
        raw=64.0,
        agreement=0.75,
        coverage=0.5,
        regime="BULL",
        regime_factor=1.0,
        threshold=75.0,
        price=175.25,
        volatility=None,
        veto=veto,
        measured=confidence if veto else None,
        limit=75.0 if veto else None,
        signal_id=signal_id,
        repeat_of=repeat_of,
        votes=(sample_vote(at),),
        absences=(AbsenceRecord(source="sentiment", reason="no recording", expected=False),),
        saved_calls=(),
    )


def sample_outcome(
    sealed: SealedSignal,
    *,
    outcome: str = "win",
    result: Result = Result.TARGET,
    profit_loss_pct: float = 2.5,
    at: datetime = MOMENT,
) -> Outcome:
    """What became of `sealed`."""
    return Outcome(
        signal_id=sealed.signal.signal_id,
        symbol=sealed.signal.symbol,
        signal_timestamp=sealed.signal.timestamp,
        outcome=outcome,
        result=result,
        exit_price=180.25,
        exit_at=at,
        profit_loss_pct=profit_loss_pct,
    )


def sample_message(key: str, *, topic: str = "sync", payload: bytes = b'{"signal":1}') -> OutboxMessage:
    """A message to deliver."""
    return OutboxMessage(topic=topic, key=key, payload=payload)


def sample_cycle(
    cycle_id: str,
    *,
    decisions: Sequence[Decision] = (),
    signals: Sequence[SealedSignal] = (),
    outcomes: Sequence[Outcome] = (),
    outbox: Sequence[OutboxMessage] = (),
    at: datetime = MOMENT,
) -> CycleRecord:
    """A cycle of these parts that looked at one symbol more than it decided."""
    return CycleRecord(
        cycle_id=cycle_id,
        started_at=at - timedelta(milliseconds=12),
        decided_at=at,
        as_of=at - timedelta(hours=1),
        data_source="replay_sample",
        symbols=len(decisions) + 1,
        skipped=1,
        decisions=tuple(decisions),
        signals=tuple(signals),
        outcomes=tuple(outcomes),
        outbox=tuple(outbox),
        stage_ms={"vote": 1.5, "consensus": 0.25},
    )


def published_cycle(cycle_id: str, symbols: Sequence[str], *, at: datetime = MOMENT) -> CycleRecord:
    """A cycle that published one signal per symbol, each with its decision and its message."""
    signals = [sample_signal(f"{cycle_id}-s{n}", symbol=symbol, at=at) for n, symbol in enumerate(symbols)]
    return sample_cycle(
        cycle_id,
        signals=signals,
        decisions=[
            sample_decision(
                f"{cycle_id}-d{n}",
                symbol=sealed.signal.symbol,
                status="published",
                veto=None,
                signal_id=sealed.signal.signal_id,
                confidence=sealed.signal.confidence,
                at=at,
            )
            for n, sealed in enumerate(signals)
        ],
        outbox=[sample_message(sealed.signal.signal_id) for sealed in signals],
        at=at,
    )
