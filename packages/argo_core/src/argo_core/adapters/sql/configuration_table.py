"""Accepted settings: one append-only table beside the others."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, Table

from argo_core.adapters.sql.alert_tables import METADATA
from argo_core.adapters.sql.columns import number, text

__all__ = ["CONFIGURATION_LOG", "METADATA"]

# `changed`: dotted keys as JSON. `document` is masked before it comes here.
CONFIGURATION_LOG = Table(
    "configuration_log",
    METADATA,
    number(),
    text("file", required=True),
    text("cause", required=True),
    text("by", required=True),
    text("sha256", required=True),
    text("changed", required=True),
    text("document", required=True),
    text("accepted_at", required=True),
    text("created_at", required=True),
    CheckConstraint("cause IN ('start', 'change', 'rollback')", name="cause"),
    Index("idx_configuration_file", "file", "id"),
)
