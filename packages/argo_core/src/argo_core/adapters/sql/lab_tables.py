"""The lab's runs: three append-only tables, for requests, for what happened on the way, and for ends."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, LargeBinary, Table, UniqueConstraint

from argo_core.adapters.sql.columns import POSITION, number, text
from argo_core.adapters.sql.trial_tables import METADATA

__all__ = ["LAB_END", "LAB_RUN", "LAB_STEP", "METADATA"]

LAB_RUN = Table(
    "lab_run",
    METADATA,
    number(),
    text("run_id", required=True),
    text("kind", required=True),
    text("content_key", required=True),
    text("document", required=True),
    text("requested_at", required=True),
    text("created_at", required=True),
    UniqueConstraint("run_id"),
    CheckConstraint("kind IN ('strategy', 'profit')", name="kind"),
    Index("idx_lab_run_content", "content_key"),
)

# A process takes a run, tells how far it is, somebody cancels. `done` and `total` are of progress only.
LAB_STEP = Table(
    "lab_step",
    METADATA,
    number(),
    text("run_id", required=True),
    text("step", required=True),
    Column("attempt", Integer(), nullable=False),
    text("owner"),
    Column("done", POSITION, nullable=False),
    Column("total", POSITION, nullable=False),
    text("at", required=True),
    text("created_at", required=True),
    CheckConstraint("step IN ('claimed', 'progress', 'cancelling')", name="step"),
    Index("idx_lab_step_run", "run_id", "step"),
)

# A run ends once: that is the key. `summary` is small and read with lists, `result` is not.
LAB_END = Table(
    "lab_end",
    METADATA,
    number(),
    text("run_id", required=True),
    Column("attempt", Integer(), nullable=False),
    text("state", required=True),
    text("error"),
    text("summary", required=True),
    Column("result", LargeBinary(), nullable=False),
    text("at", required=True),
    text("created_at", required=True),
    UniqueConstraint("run_id"),
    CheckConstraint("state IN ('done', 'failed', 'cancelled')", name="state"),
)
