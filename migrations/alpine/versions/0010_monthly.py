"""Monthly reports, and the accounts that asked for them.

Revision 0010. Frozen once released: a correction is a new revision.
"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TABLES = (
    """CREATE TABLE monthly_reports (
  month TEXT NOT NULL PRIMARY KEY,
  made_at TEXT NOT NULL,
  body TEXT NOT NULL
)""",
    """CREATE TABLE monthly_readers (
  account_id TEXT NOT NULL PRIMARY KEY,
  asked_at TEXT NOT NULL,
  FOREIGN KEY (account_id) REFERENCES accounts (account_id) ON DELETE CASCADE
)""",
)


def upgrade() -> None:
    for statement in _TABLES:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("the record only grows: restore a backup instead of downgrading")
