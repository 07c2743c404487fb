"""Every trial of every search: two append-only tables beside those of trading."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, UniqueConstraint

from argo_core.adapters.sql.columns import number, text
from argo_core.adapters.sql.opinion_tables import METADATA

__all__ = ["METADATA", "TRIAL_LOG", "TRIAL_SERIES"]

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

# Which series of bars a search looked at, one row each: a search on other bars may have looked at one of them too.
TRIAL_SERIES = Table(
    "trial_series",
    METADATA,
    number(),
    text("search", required=True),
    text("series", required=True),
    text("created_at", required=True),
    UniqueConstraint("search", "series"),
    Index("idx_trial_series", "series"),
)
