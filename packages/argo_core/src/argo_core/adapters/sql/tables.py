"""The append-only tables, as SQLAlchemy Core tables. `migrations/argo` states the same, frozen per version.

Instants are text: `created_at` in the seeds' form `YYYY-MM-DD HH:MM:SS` (UTC), so that `datetime('now', '-1 hour')`
compares rightly; every other one as `model.instant.to_text` writes it; `signal_log.timestamp` verbatim, as hashed.
Prices are quote currency, percentages 0–100 (results signed), absent figures NULL, never NaN.
"""

from __future__ import annotations

from sqlalchemy import (
    REAL,
    BigInteger,
    CheckConstraint,
    Column,
    Computed,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeEngine

METADATA = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_name)s_fk",
        "uq": "%(table_name)s_%(column_0_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)

# SQLite knows a row's number only as INTEGER, and a float as REAL; PostgreSQL's REAL would halve the digits.
_POSITION: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")
_FIGURE: TypeEngine[float] = Double().with_variant(REAL(), "sqlite")

# An expired signal counts by its gross result at the horizon, so that wins + losses = completed. Stored, so that the
# indexes on outcomes serve the view.
_COUNTED_AS = (
    "CASE WHEN outcome <> 'expired' THEN outcome WHEN coalesce(profit_loss_pct, 0) > 0 THEN 'win' ELSE 'loss' END"
)


def _id(name: str = "id") -> Column[int]:
    return Column(name, _POSITION, primary_key=True, autoincrement=False)


def _text(name: str, *, required: bool = False) -> Column[str]:
    return Column(name, Text(), nullable=not required)


def _figure(name: str, *, required: bool = False) -> Column[float]:
    return Column(name, _FIGURE, nullable=not required)


CYCLE_LOG = Table(
    "cycle_log",
    METADATA,
    _id(),
    _text("cycle_id", required=True),
    _text("started_at", required=True),
    _text("decided_at", required=True),
    _text("as_of", required=True),
    _text("data_source", required=True),
    Column("symbols", Integer(), nullable=False),
    Column("skipped", Integer(), nullable=False),
    Column("evaluated", Integer(), nullable=False),
    Column("published", Integer(), nullable=False),
    Column("repeats", Integer(), nullable=False),
    Column("vetoed", Integer(), nullable=False),
    Column("outcomes", Integer(), nullable=False),
    _text("stage_ms", required=True),
    _text("created_at", required=True),
    UniqueConstraint("cycle_id"),
)

SIGNAL_LOG = Table(
    "signal_log",
    METADATA,
    _id(),
    _text("signal_id", required=True),
    _text("symbol", required=True),
    _text("action", required=True),
    _figure("entry_price", required=True),
    _figure("target_price"),
    _figure("stop_price"),
    _figure("confidence", required=True),
    _text("strategy", required=True),
    _text("timestamp", required=True),
    _text("scheme", required=True),
    _text("verification_hash", required=True),
    _text("legacy_preimage"),
    _text("asset_type"),
    _text("data_source"),
    _text("regime"),
    _text("reasoning"),
    _figure("win_probability"),
    _text("votes", required=True),
    _text("service_type", required=True),
    _text("generated_by", required=True),
    _text("as_of", required=True),
    _text("horizon_at"),
    Column("cycle_id", Text(), ForeignKey("cycle_log.cycle_id")),
    _text("created_at", required=True),
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
    _id(),
    Column("signal_id", Text(), ForeignKey("signal_log.signal_id"), nullable=False),
    _text("symbol", required=True),
    _text("signal_timestamp", required=True),
    _text("outcome", required=True),
    _text("result"),
    _figure("exit_price"),
    _text("exit_at"),
    _figure("profit_loss_pct"),
    _text("created_at", required=True),
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
    _id(),
    Column("signal_id", Text(), ForeignKey("signal_log.signal_id"), nullable=False),
    _text("executor_id", required=True),
    # Empty where an executor was named but no order is known, so that the key has no NULL in it.
    _text("order_id", required=True),
    _text("state", required=True),
    _text("filled_at"),
    _figure("price"),
    _figure("quantity"),
    _figure("profit_loss_pct"),
    _text("created_at", required=True),
    CheckConstraint("price > 0 AND quantity >= 0", name="fill"),
    Index("idx_execution_order", "signal_id", "executor_id", "order_id", "id"),
    Index("idx_execution_signal", "signal_id", "id"),
)

DECISION_LOG = Table(
    "decision_log",
    METADATA,
    _id(),
    _text("decision_id", required=True),
    Column("cycle_id", Text(), ForeignKey("cycle_log.cycle_id"), nullable=False),
    _text("symbol", required=True),
    _text("as_of", required=True),
    _text("status", required=True),
    _text("direction", required=True),
    _figure("confidence", required=True),
    _text("veto"),
    _figure("measured"),
    _figure("limit"),
    _text("regime", required=True),
    Column("signal_id", Text(), ForeignKey("signal_log.signal_id")),
    Column("repeat_of", Text(), ForeignKey("signal_log.signal_id")),
    _text("body", required=True),
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
    _id("position"),
    _text("topic", required=True),
    _text("key", required=True),
    Column("payload", LargeBinary(), nullable=False),
    _text("created_at", required=True),
    UniqueConstraint("topic", "key", name="outbox_topic_key"),
)

OUTBOX_DELIVERY = Table(
    "outbox_delivery",
    METADATA,
    Column("position", _POSITION, ForeignKey("outbox.position"), primary_key=True, autoincrement=False),
    _text("delivered_at", required=True),
)
