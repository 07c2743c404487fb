"""Delivery receipts: which live reader had which signal, and how long that took.

Revision 0006. Frozen once released: a correction is a new revision.
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# A measurement, no part of the record: an account's rows go with the account, so there is no reference to it.
_TABLE = """CREATE TABLE delivery_receipts (
  account_id TEXT NOT NULL,
  cursor {number} NOT NULL REFERENCES signals (cursor),
  tier TEXT NOT NULL,
  sealed INTEGER NOT NULL,
  live INTEGER NOT NULL,
  received_at TEXT NOT NULL,
  from_generation_ms {float},
  from_ingest_ms {float} NOT NULL,
  PRIMARY KEY (account_id, cursor),
  CONSTRAINT delivery_receipts_flags_check CHECK (sealed IN (0, 1) AND live IN (0, 1))
)"""


def upgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    number, real = ("INTEGER", "REAL") if sqlite else ("BIGINT", "DOUBLE PRECISION")
    op.execute(_TABLE.format(number=number, float=real))
    op.execute("CREATE INDEX delivery_receipts_received_at ON delivery_receipts (received_at)")


def downgrade() -> None:
    raise RuntimeError("the record only grows: restore a backup instead of downgrading")
