"""A cycle as plain rows, in the order of the tables' columns: what the hot path hands to the driver."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from argo_core.adapters.sql.created_at import created_text
from argo_core.model.cycle import CycleRecord, OutboxMessage
from argo_core.model.instant import to_text
from argo_core.model.outcome import Outcome
from argo_core.model.signal import SealedSignal

Row = tuple[object, ...]

_ENCODER = msgspec.json.Encoder()


def cycle_row(cycle: CycleRecord, position: int) -> Row:
    """One row of `cycle_log`."""
    statuses = [decision.status for decision in cycle.decisions]
    return (
        position,
        cycle.cycle_id,
        to_text(cycle.started_at),
        to_text(cycle.decided_at),
        to_text(cycle.as_of),
        cycle.data_source,
        cycle.symbols,
        cycle.skipped,
        len(statuses),
        statuses.count("published"),
        statuses.count("repeat"),
        statuses.count("vetoed"),
        len(cycle.outcomes),
        _json(cycle.stage_ms),
        created_text(cycle.decided_at),
    )


def signal_rows(cycle: CycleRecord, last: int) -> list[Row]:
    """Rows of `signal_log` after position `last`."""
    created_at = created_text(cycle.decided_at)
    return [
        signal_row(position, sealed, cycle.cycle_id, created_at)
        for position, sealed in enumerate(cycle.signals, last + 1)
    ]


def signal_row(position: int, sealed: SealedSignal, cycle_id: str | None, created_at: str) -> Row:
    """One row of `signal_log`; no cycle for a signal that came back without it."""
    signal = sealed.signal
    return (
        position,
        signal.signal_id,
        signal.symbol,
        signal.action,
        signal.entry_price,
        signal.target_price,
        signal.stop_price,
        signal.confidence,
        signal.strategy,
        signal.timestamp,
        sealed.scheme,
        sealed.verification_hash,
        None,
        signal.asset_type,
        signal.data_source,
        signal.regime,
        signal.reasoning,
        signal.win_probability,
        _json(signal.votes),
        signal.service_type,
        signal.generated_by,
        to_text(signal.as_of),
        None if signal.horizon_at is None else to_text(signal.horizon_at),
        cycle_id,
        created_at,
    )


def outcome_rows(cycle: CycleRecord, last: int) -> list[Row]:
    """Rows of `outcome_log` after position `last`."""
    created_at = created_text(cycle.decided_at)
    return [outcome_row(position, outcome, created_at) for position, outcome in enumerate(cycle.outcomes, last + 1)]


def outcome_row(position: int, outcome: Outcome, created_at: str) -> Row:
    """One row of `outcome_log`."""
    return (
        position,
        outcome.signal_id,
        outcome.symbol,
        outcome.signal_timestamp,
        outcome.outcome,
        outcome.result.value,
        outcome.exit_price,
        to_text(outcome.exit_at),
        outcome.profit_loss_pct,
        created_at,
    )


def decision_rows(cycle: CycleRecord, last: int) -> list[Row]:
    """Rows of `decision_log` after position `last`."""
    cycle_id, json = cycle.cycle_id, _json
    return [
        (
            position,
            decision.decision_id,
            cycle_id,
            decision.symbol,
            to_text(decision.as_of),
            decision.status,
            decision.direction,
            decision.confidence,
            decision.veto,
            decision.measured,
            decision.limit,
            decision.regime,
            decision.signal_id,
            decision.repeat_of,
            json(decision),
        )
        for position, decision in enumerate(cycle.decisions, last + 1)
    ]


def outbox_rows(cycle: CycleRecord, last: int) -> list[Row]:
    """Rows of `outbox` after position `last`."""
    return message_rows(cycle.outbox, cycle.decided_at, last)


def message_rows(messages: Iterable[OutboxMessage], at: datetime, last: int) -> list[Row]:
    """Rows of `outbox` after position `last`, appended at `at`."""
    created_at = created_text(at)
    return [
        (position, message.topic, message.key, message.payload, created_at)
        for position, message in enumerate(messages, last + 1)
    ]


def _json(value: object) -> str:
    return _ENCODER.encode(value).decode()
