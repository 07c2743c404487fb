"""Comparisons of live days with their replays: one append-only table beside the others."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table

from argo_core.adapters.sql.columns import figure, number, text
from argo_core.adapters.sql.lab_tables import METADATA

__all__ = ["METADATA", "PARITY_REPORT"]

# `body` is the report as JSON; the other columns repeat what is asked for. `score` 0-1, NULL where there was nothing.
PARITY_REPORT = Table(
    "parity_report",
    METADATA,
    number(),
    text("day", required=True),
    text("executor_id", required=True),
    figure("score"),
    Column("compared", Integer(), nullable=False),
    text("ran_at", required=True),
    text("body", required=True),
    text("created_at", required=True),
    CheckConstraint("score BETWEEN 0 AND 1", name="score"),
    Index("idx_parity_executor", "executor_id", "day", "id"),
)
