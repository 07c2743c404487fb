"""Alerts, who has to tell them, and every try: three append-only tables."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, UniqueConstraint

from argo_core.adapters.sql.columns import POSITION, number, text
from argo_core.adapters.sql.parity_table import METADATA

__all__ = ["ALERT_ATTEMPT", "ALERT_LOG", "ALERT_TASK", "METADATA"]

# `body` is the alert as JSON; the other columns repeat what is asked for. `told`: it said something new; `channels`:
# as JSON, those that heard of its matter up to here.
ALERT_LOG = Table(
    "alert_log",
    METADATA,
    number(),
    text("dedup_key", required=True),
    text("severity", required=True),
    text("source", required=True),
    Column("resolved", Integer(), nullable=False),
    Column("told", Integer(), nullable=False),
    text("channels", required=True),
    text("raised_at", required=True),
    text("body", required=True),
    text("created_at", required=True),
    CheckConstraint("severity IN ('critical', 'warning', 'info')", name="severity"),
    Index("idx_alert_key", "dedup_key", "told", "id"),
)

ALERT_TASK = Table(
    "alert_task",
    METADATA,
    number(),
    Column("alert", POSITION, nullable=False),
    text("channel", required=True),
    text("created_at", required=True),
    UniqueConstraint("alert", "channel"),
    Index("idx_alert_task_channel", "channel", "id"),
)

# A settled try is a task's last.
ALERT_ATTEMPT = Table(
    "alert_attempt",
    METADATA,
    number(),
    Column("task", POSITION, nullable=False),
    Column("delivered", Integer(), nullable=False),
    Column("settled", Integer(), nullable=False),
    text("detail", required=True),
    text("at", required=True),
    text("created_at", required=True),
    Index("idx_alert_attempt_task", "task", "settled"),
)
