"""The append-only tables, as SQLAlchemy Core tables. `migrations/argo` states the same, frozen per version.

Instants are text: `created_at` in the seeds' form `YYYY-MM-DD HH:MM:SS` (UTC), so that `datetime('now', '-1 hour')`
compares rightly; every other one as `model.instant.to_text` writes it; `signal_log.timestamp` verbatim, as hashed.
Prices are quote currency, percentages 0–100 (results signed), absent figures NULL, never NaN.
"""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Computed,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from argo_core.adapters.sql.columns import POSITION, figure, number, text

METADATA = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_name)s_fk",
        "uq": "%(table_name)s_%(column_0_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)

# An expired signal counts by its gross result at the horizon, so that wins + losses = completed. Stored, so that the
# indexes on outcomes serve the view.
_COUNTED_AS = (
    "CASE WHEN outcome <> 'expired' THEN outcome WHEN coalesce(profit_loss_pct, 0) > 0 THEN 'win' ELSE 'loss' END"
)


CYCLE_LOG = Table(
    "cycle_log",
    METADATA,
    number(),
    text("cycle_id", required=True),
    text("started_at", required=True),
    text("decided_at", required=True),
    text("as_of", required=True),
    text("data_source", required=True),
    Column("symbols", Integer(), nullable=False),
    Column("skipped", Integer(), nullable=False),
    Column("evaluated", Integer(), nullable=False),
    Column("published", Integer(), nullable=False),
    Column("repeats", Integer(), nullable=False),
    Column("vetoed", Integer(), nullable=False),
    Column("outcomes", Integer(), nullable=False),
    text("stage_ms", required=True),
    text("created_at", required=True),
    UniqueConstraint("cycle_id"),
    Index("idx_cycle_decided", "decided_at"),
)

SIGNAL_LOG = Table(
    "signal_log",
    METADATA,
    number(),
    text("signal_id", required=True),
    text("symbol", required=True),
    text("action", required=True),
    figure("entry_price", required=True),
    figure("target_price"),
    figure("stop_price"),
    figure("confidence", required=True),
    text("strategy", required=True),
    text("timestamp", required=True),
    text("scheme", required=True),
    text("verification_hash", required=True),
    text("legacy_preimage"),
    text("asset_type"),
    text("data_source"),
    text("regime"),
    text("reasoning"),
    figure("win_probability"),
    text("votes", required=True),
    text("service_type", required=True),
    text("generated_by", required=True),
    text("as_of", required=True),
    text("horizon_at"),
    Column("cycle_id", Text(), ForeignKey("cycle_log.cycle_id")),
    text("created_at", required=True),
    UniqueConstraint("signal_id"),
    CheckConstraint("entry_price > 0 AND target_price > 0 AND stop_price > 0", name="price"),
    CheckConstraint("confidence BETWEEN 0 AND 100", name="confidence"),
    CheckConstraint("length(verification_hash) = 64", name="hash"),
    Index("idx_symbol", "symbol"),
    Index("idx_timestamp", "timestamp"),
    Index("idx_confidence", "confidence"),
    Index("idx_created_at", "created_at"),
    Index("idx_symbol_timestamp", "symbol", "timestamp"),
    Index("idx_signal_side", "action", "regime"),
)

OUTCOME_LOG = Table(
    "outcome_log",
    METADATA,
    number(),
    Column("signal_id", Text(), ForeignKey("signal_log.signal_id"), nullable=False),
    text("symbol", required=True),
    text("signal_timestamp", required=True),
    text("outcome", required=True),
    text("result"),
    figure("exit_price"),
    text("exit_at"),
    figure("profit_loss_pct"),
    text("created_at", required=True),
    Column("counted_as", Text(), Computed(_COUNTED_AS, persisted=True)),
    UniqueConstraint("signal_id"),
    CheckConstraint("outcome IN ('win', 'loss', 'expired')", name="outcome"),
    CheckConstraint("exit_price > 0", name="price"),
    Index("idx_outcome", "counted_as"),
    Index("idx_symbol_outcome", "symbol", "counted_as"),
    Index("idx_timestamp_outcome", "signal_timestamp", "counted_as"),
)

EXECUTION_LOG = Table(
    "execution_log",
    METADATA,
    number(),
    Column("signal_id", Text(), ForeignKey("signal_log.signal_id"), nullable=False),
    text("executor_id", required=True),
    # Empty where an executor was named but no order is known, so that the key has no NULL in it.
    text("order_id", required=True),
    text("state", required=True),
    text("filled_at"),
    figure("price"),
    figure("quantity"),
    figure("profit_loss_pct"),
    text("created_at", required=True),
    CheckConstraint("price > 0 AND quantity >= 0", name="fill"),
    Index("idx_execution_order", "signal_id", "executor_id", "order_id", "id"),
    Index("idx_execution_signal", "signal_id", "id"),
)

DECISION_LOG = Table(
    "decision_log",
    METADATA,
    number(),
    text("decision_id", required=True),
    Column("cycle_id", Text(), ForeignKey("cycle_log.cycle_id"), nullable=False),
    text("symbol", required=True),
    text("as_of", required=True),
    text("status", required=True),
    text("direction", required=True),
    figure("confidence", required=True),
    text("veto"),
    figure("measured"),
    figure("limit"),
    text("regime", required=True),
    Column("signal_id", Text(), ForeignKey("signal_log.signal_id")),
    Column("repeat_of", Text(), ForeignKey("signal_log.signal_id")),
    text("body", required=True),
    UniqueConstraint("decision_id"),
    CheckConstraint("status IN ('published', 'repeat', 'vetoed')", name="status"),
    Index("idx_decision_cycle", "cycle_id", "id"),
    Index("idx_decision_symbol", "symbol", "id"),
    Index("idx_decision_status", "status", "id"),
    Index("idx_decision_veto", "veto", "id"),
)

OUTBOX = Table(
    "outbox",
    METADATA,
    number("position"),
    text("topic", required=True),
    text("key", required=True),
    Column("payload", LargeBinary(), nullable=False),
    text("created_at", required=True),
    UniqueConstraint("topic", "key", name="outbox_topic_key"),
)

OUTBOX_DELIVERY = Table(
    "outbox_delivery",
    METADATA,
    Column("position", POSITION, ForeignKey("outbox.position"), primary_key=True, autoincrement=False),
    text("delivered_at", required=True),
)

# What a receiver will never take: kept with the receiver's code until somebody has looked at it.
OUTBOX_REFUSAL = Table(
    "outbox_refusal",
    METADATA,
    Column("position", POSITION, ForeignKey("outbox.position"), primary_key=True, autoincrement=False),
    text("code", required=True),
    text("refused_at", required=True),
)
