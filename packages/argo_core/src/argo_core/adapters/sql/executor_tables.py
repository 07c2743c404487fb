"""What an executor stores, and the verdicts that it tells the generator: tables beside those of the signals.

Logs are append-only; `exchange_mark` alone is a state, the last bar of each symbol. The simulated exchange and the
executor keep books of their own, as they would with a venue elsewhere. Times and figures as in `tables`.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, Table, Text, UniqueConstraint

from argo_core.adapters.sql.columns import POSITION, figure, number, text
from argo_core.adapters.sql.tables import METADATA

__all__ = [
    "ACCOUNT_PIN",
    "EXCHANGE_LOG",
    "EXCHANGE_MARK",
    "FILL_LOG",
    "INBOX_LOG",
    "INTENT_LOG",
    "METADATA",
    "ORDER_LOG",
    "VERDICT_LOG",
]

# One row per signal and executor; `code` is the first denial's, `verdicts` every layer's answer as JSON.
VERDICT_LOG = Table(
    "verdict_log",
    METADATA,
    number(),
    text("signal_id", required=True),
    text("executor_id", required=True),
    text("decision", required=True),
    text("code"),
    text("verdicts", required=True),
    text("decided_at", required=True),
    text("created_at", required=True),
    UniqueConstraint("signal_id", "executor_id"),
    CheckConstraint("decision IN ('allowed', 'denied')", name="decision"),
    Index("idx_verdict_decision", "decision", "id"),
)

# The account that this database belongs to: written once, at the first start.
ACCOUNT_PIN = Table(
    "account_pin",
    METADATA,
    number(),
    text("executor_id", required=True),
    text("account_number", required=True),
    figure("starting_cash", required=True),
    text("created_at", required=True),
    CheckConstraint("id = 1", name="single"),
)

INBOX_LOG = Table(
    "inbox_log",
    METADATA,
    number(),
    text("signal_id", required=True),
    text("verification_hash", required=True),
    Column("body", LargeBinary(), nullable=False),
    text("received_at", required=True),
    UniqueConstraint("signal_id"),
)

INTENT_LOG = Table(
    "intent_log",
    METADATA,
    number(),
    text("client_order_id", required=True),
    text("signal_id", required=True),
    text("body", required=True),
    text("created_at", required=True),
    UniqueConstraint("client_order_id"),
)

# `position` is the change's place in the venue's sequence: the executor goes on after the last one it has noted.
ORDER_LOG = Table(
    "order_log",
    METADATA,
    number(),
    Column("position", POSITION, nullable=False),
    text("client_order_id", required=True),
    text("order_id", required=True),
    text("signal_id", required=True),
    text("symbol", required=True),
    text("state", required=True),
    Column("body", Text(), nullable=False),
    text("created_at", required=True),
    UniqueConstraint("position"),
    Index("idx_order_client", "client_order_id", "id"),
)

# `quantity` is signed: negative for a sale. `profit_loss_pct` of what the fill closed, NULL where it opened.
FILL_LOG = Table(
    "fill_log",
    METADATA,
    number(),
    text("execution_id", required=True),
    text("client_order_id", required=True),
    text("signal_id", required=True),
    text("symbol", required=True),
    figure("quantity", required=True),
    figure("price", required=True),
    figure("fee", required=True),
    figure("profit_loss_pct"),
    text("filled_at", required=True),
    text("created_at", required=True),
    UniqueConstraint("execution_id"),
    CheckConstraint("price > 0 AND fee >= 0", name="fill"),
    Index("idx_fill_symbol", "symbol", "id"),
)

EXCHANGE_LOG = Table(
    "exchange_log",
    METADATA,
    number(),
    text("client_order_id", required=True),
    text("body", required=True),
    text("created_at", required=True),
    Index("idx_exchange_client", "client_order_id", "id"),
)

EXCHANGE_MARK = Table(
    "exchange_mark",
    METADATA,
    Column("symbol", Text(), primary_key=True),
    text("body", required=True),
    text("updated_at", required=True),
)
