"""Alerts to the operator, what stands, and what became of each at its channels.

Revision 0012. Frozen once released: a correction is a new revision.
"""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TABLES = (
    """CREATE TABLE operator_alerts (
  number {number} NOT NULL PRIMARY KEY,
  alert_id TEXT NOT NULL,
  rule TEXT NOT NULL,
  subject TEXT NOT NULL,
  title TEXT NOT NULL,
  message TEXT NOT NULL,
  critical INTEGER NOT NULL,
  at TEXT NOT NULL,
  ended INTEGER NOT NULL,
  CONSTRAINT operator_alerts_id_key UNIQUE (alert_id),
  CONSTRAINT operator_alerts_critical_check CHECK (critical IN (0, 1)),
  CONSTRAINT operator_alerts_ended_check CHECK (ended IN (0, 1))
)""",
    """CREATE TABLE operator_matters (
  rule TEXT NOT NULL,
  subject TEXT NOT NULL,
  message TEXT NOT NULL,
  PRIMARY KEY (rule, subject)
)""",
    """CREATE TABLE alert_deliveries (
  channel TEXT NOT NULL,
  number {number} NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  next_at TEXT NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (channel, number),
  FOREIGN KEY (number) REFERENCES operator_alerts (number)
)""",
    "CREATE INDEX alert_deliveries_waiting ON alert_deliveries (channel, state, number)",
    "CREATE INDEX alert_deliveries_number ON alert_deliveries (number)",
)


def upgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    for statement in _TABLES:
        op.execute(statement.format(number="INTEGER" if sqlite else "BIGINT"))


def downgrade() -> None:
    raise RuntimeError("the record only grows: restore a backup instead of downgrading")
