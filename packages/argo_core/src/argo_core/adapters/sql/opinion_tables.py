"""What language models answered and what asking them cost: two append-only tables beside those of trading."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, LargeBinary, Table, UniqueConstraint

from argo_core.adapters.sql.columns import figure, number, text
from argo_core.adapters.sql.trading_tables import METADATA

__all__ = ["METADATA", "OPINION_CALL", "OPINION_LOG"]

# `body` is the answer as JSON without `raw`, the vendor's own bytes; the other columns repeat what is asked for.
# `known_at` is the market time from which on a replay may know it.
OPINION_LOG = Table(
    "opinion_log",
    METADATA,
    number(),
    text("source", required=True),
    text("symbol", required=True),
    text("model", required=True),
    text("prompt_hash", required=True),
    figure("cost_usd"),
    text("market_as_of", required=True),
    text("known_at", required=True),
    text("answered_at", required=True),
    text("body", required=True),
    Column("raw", LargeBinary(), nullable=False),
    text("created_at", required=True),
    CheckConstraint("cost_usd >= 0", name="cost"),
    Index("idx_opinion_newest", "source", "symbol", "market_as_of", "known_at"),
)

# A request's beginning and its end are two rows with one `call_id`; `at` is the beginning's in both.
OPINION_CALL = Table(
    "opinion_call",
    METADATA,
    number(),
    text("call_id", required=True),
    text("step", required=True),
    text("source", required=True),
    text("symbol", required=True),
    Column("calls", Integer(), nullable=False),
    figure("usd", required=True),
    text("at", required=True),
    text("created_at", required=True),
    UniqueConstraint("call_id", "step"),
    CheckConstraint("step IN ('begun', 'ended')", name="step"),
    CheckConstraint("calls IN (0, 1) AND usd >= 0", name="cost"),
    Index("idx_opinion_bill", "source", "at"),
)
