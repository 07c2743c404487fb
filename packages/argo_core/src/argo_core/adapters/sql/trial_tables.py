"""Every trial of every search: one append-only table beside those of trading."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, UniqueConstraint

from argo_core.adapters.sql.columns import number, text
from argo_core.adapters.sql.opinion_tables import METADATA

__all__ = ["METADATA", "TRIAL_LOG"]

# `bars`, `study` and `search` are content keys, from the widest to the narrowest; `parameters` and `figures` are JSON.
TRIAL_LOG = Table(
    "trial_log",
    METADATA,
    number(),
    text("bars", required=True),
    text("study", required=True),
    text("search", required=True),
    Column("number", Integer(), nullable=False),
    text("state", required=True),
    text("parameters", required=True),
    text("figures", required=True),
    text("reason"),
    text("created_at", required=True),
    UniqueConstraint("search", "number"),
    CheckConstraint("state IN ('complete', 'refused', 'failed')", name="state"),
    CheckConstraint("number >= 0", name="number"),
    Index("idx_trial_study", "study"),
    Index("idx_trial_bars", "bars"),
)
