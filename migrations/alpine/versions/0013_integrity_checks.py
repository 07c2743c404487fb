"""What the checks of the stored record found, and when they ran.

Revision 0013. Frozen once released: a correction is a new revision.
"""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TABLES = (
    """CREATE TABLE integrity_checks (
  kind TEXT NOT NULL PRIMARY KEY,
  since TEXT NOT NULL,
  began_at TEXT,
  finished_at TEXT,
  checked {number} NOT NULL,
  failed {number} NOT NULL
)""",
    """CREATE TABLE integrity_findings (
  number {number} NOT NULL PRIMARY KEY,
  subject TEXT NOT NULL,
  words TEXT NOT NULL,
  kind TEXT NOT NULL,
  found_at TEXT NOT NULL,
  CONSTRAINT integrity_findings_content_key UNIQUE (subject, words)
)""",
    "CREATE INDEX alarms_raised_at ON alarms (raised_at)",
)


def upgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    for statement in _TABLES:
        op.execute(statement.format(number="INTEGER" if sqlite else "BIGINT"))


def downgrade() -> None:
    raise RuntimeError("the record only grows: restore a backup instead of downgrading")
