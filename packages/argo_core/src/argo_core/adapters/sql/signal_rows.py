"""A stored signal with its outcome, read back as a value."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Row, Select, select

from argo_core.adapters.sql.created_at import created_instant
from argo_core.adapters.sql.ledger_tables import OUTCOME_ENTRY
from argo_core.adapters.sql.tables import OUTCOME_LOG, SIGNAL_LOG
from argo_core.model.asset import asset_type_of
from argo_core.model.instant import from_text
from argo_core.model.signal import LoggedSignal, SealedSignal, Signal, VoteRecord

_VOTES = msgspec.json.Decoder(tuple[VoteRecord, ...])
UNKNOWN_REGIME = "UNKNOWN"


def select_signals() -> Select[Any]:
    """Every signal, with its outcome where there is one: what `logged_signal` reads."""
    outcome, signal = OUTCOME_LOG.c, SIGNAL_LOG.c
    return select(
        *(column for column in signal if column.name not in ("legacy_preimage", "cycle_id")),
        outcome.counted_as,
        outcome.result,
        outcome.exit_price,
        outcome.profit_loss_pct,
        OUTCOME_ENTRY.c.net_pct,
    ).select_from(
        SIGNAL_LOG.outerjoin(OUTCOME_LOG, outcome.signal_id == signal.signal_id).outerjoin(
            OUTCOME_ENTRY, OUTCOME_ENTRY.c.signal_id == signal.signal_id
        )
    )


def logged_signal(row: Row[Any]) -> LoggedSignal:
    """One row of `select_signals`. What an imported signal never had reads as empty or unknown."""
    signal = Signal(
        signal_id=row.signal_id,
        symbol=row.symbol,
        action=row.action,
        entry_price=row.entry_price,
        target_price=row.target_price,
        stop_price=row.stop_price,
        confidence=row.confidence,
        strategy=row.strategy,
        timestamp=row.timestamp,
        as_of=from_text(row.as_of),
        asset_type=row.asset_type or asset_type_of(row.symbol).value,
        data_source=row.data_source or "unknown",
        regime=row.regime or UNKNOWN_REGIME,
        reasoning=row.reasoning or "",
        votes=_VOTES.decode(row.votes),
        horizon_at=None if row.horizon_at is None else from_text(row.horizon_at),
        win_probability=row.win_probability,
        service_type=row.service_type,
        generated_by=row.generated_by,
    )
    return LoggedSignal(
        index=row.id,
        sealed=SealedSignal(signal=signal, scheme=row.scheme, verification_hash=row.verification_hash),
        created_at=created_instant(row.created_at),
        outcome=row.counted_as,
        result=row.result,
        exit_price=row.exit_price,
        profit_loss_pct=row.profit_loss_pct,
        net_pct=row.net_pct,
    )
