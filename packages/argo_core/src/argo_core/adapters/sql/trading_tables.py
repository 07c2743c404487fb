"""What an executor keeps of halts, of its risk and of finished trades, and the trades that the generator is told.

Logs are append-only; `bar_window` alone is a state, the last bars of each symbol. Times and figures as in `tables`.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, PrimaryKeyConstraint, Table, Text, UniqueConstraint
from sqlalchemy.schema import SchemaItem

from argo_core.adapters.sql.columns import figure, number, text
from argo_core.adapters.sql.ledger_tables import METADATA

__all__ = [
    "BAR_WINDOW",
    "FLATTEN_LOG",
    "HALT_LOG",
    "METADATA",
    "TRADE_LOG",
    "TRADE_REPORT",
    "WATCH_LOG",
    "WITHDRAWAL_LOG",
]

# A halt and its end are two rows with one `halt_id`. `until` is market time, NULL until an operator resumes.
HALT_LOG = Table(
    "halt_log",
    METADATA,
    number(),
    text("halt_id", required=True),
    text("kind", required=True),
    text("executor_id", required=True),
    text("code"),
    text("reason", required=True),
    text("by", required=True),
    text("at", required=True),
    text("until"),
    text("created_at", required=True),
    UniqueConstraint("halt_id", "kind"),
    CheckConstraint("kind IN ('halt', 'resume')", name="kind"),
)

FLATTEN_LOG = Table(
    "flatten_log",
    METADATA,
    number(),
    text("halt_id", required=True),
    text("step", required=True),
    text("at", required=True),
    text("created_at", required=True),
    UniqueConstraint("halt_id", "step"),
    CheckConstraint("step IN ('called', 'cancelled', 'flat')", name="step"),
)

# Intents that will never be placed, and why.
WITHDRAWAL_LOG = Table(
    "withdrawal_log",
    METADATA,
    number(),
    text("client_order_id", required=True),
    text("reason", required=True),
    text("created_at", required=True),
    UniqueConstraint("client_order_id"),
)

# `state` is the monitor's memory as JSON.
WATCH_LOG = Table(
    "watch_log",
    METADATA,
    number(),
    text("executor_id", required=True),
    text("state", required=True),
    text("level", required=True),
    text("market_time", required=True),
    text("at", required=True),
    text("created_at", required=True),
    Index("idx_watch_executor", "executor_id", "id"),
)

BAR_WINDOW = Table(
    "bar_window",
    METADATA,
    text("symbol", required=True),
    text("start", required=True),
    text("body", required=True),
    PrimaryKeyConstraint("symbol", "start"),
)


def _trade_columns(signal_id: Column[str]) -> tuple[SchemaItem, ...]:
    return (
        number(),
        text("trade_id", required=True),
        signal_id,
        text("executor_id", required=True),
        text("mode", required=True),
        text("symbol", required=True),
        text("action", required=True),
        figure("quantity", required=True),
        figure("entry_price", required=True),
        figure("exit_price", required=True),
        figure("fees", required=True),
        figure("gross_pct", required=True),
        figure("net_pct", required=True),
        text("exit", required=True),
        text("opened_at", required=True),
        text("closed_at", required=True),
        text("created_at", required=True),
        UniqueConstraint("trade_id"),
        CheckConstraint("quantity > 0 AND entry_price > 0 AND exit_price > 0 AND fees >= 0", name="trade"),
    )


# On the executor: also trades that no signal asked for.
TRADE_LOG = Table(
    "trade_log",
    METADATA,
    *_trade_columns(text("signal_id", required=True)),
    Index("idx_trade_signal", "signal_id", "id"),
)

# On the generator: what executors report of signals that it knows.
TRADE_REPORT = Table(
    "trade_report",
    METADATA,
    *_trade_columns(Column("signal_id", Text(), ForeignKey("signal_log.signal_id"), nullable=False)),
    Index("idx_trade_report_signal", "signal_id", "id"),
)
