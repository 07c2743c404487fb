"""Rules for notices, how far they have come along each tier's feed, notices, webhooks and their deliveries.

Revision 0009. Frozen once released: a correction is a new revision.
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TABLES = (
    """CREATE TABLE notice_rules (
  rule_id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL,
  filter TEXT NOT NULL,
  channels TEXT NOT NULL,
  created_at TEXT NOT NULL,
  FOREIGN KEY (account_id) REFERENCES accounts (account_id) ON DELETE CASCADE
)""",
    """CREATE TABLE notice_positions (
  tier TEXT NOT NULL PRIMARY KEY,
  position TEXT NOT NULL
)""",
    """CREATE TABLE notices (
  account_id TEXT NOT NULL,
  number {number} NOT NULL,
  cursor {number} NOT NULL,
  kind TEXT NOT NULL,
  shown INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  read_at TEXT,
  PRIMARY KEY (account_id, number),
  CONSTRAINT notices_record_key UNIQUE (account_id, cursor),
  CONSTRAINT notices_shown_check CHECK (shown IN (0, 1)),
  FOREIGN KEY (account_id) REFERENCES accounts (account_id) ON DELETE CASCADE
)""",
    """CREATE TABLE webhook_endpoints (
  endpoint_id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL,
  sealed TEXT NOT NULL,
  created_at TEXT NOT NULL,
  FOREIGN KEY (account_id) REFERENCES accounts (account_id) ON DELETE CASCADE
)""",
    """CREATE TABLE webhook_deliveries (
  delivery_id TEXT NOT NULL PRIMARY KEY,
  endpoint_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  cursor {number} NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  queued_at TEXT NOT NULL,
  next_at TEXT NOT NULL,
  leased_until TEXT NOT NULL,
  last_status INTEGER,
  last_error TEXT NOT NULL,
  FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoints (endpoint_id) ON DELETE CASCADE
)""",
    "CREATE INDEX notice_rules_account ON notice_rules (account_id)",
    "CREATE INDEX notices_created_at ON notices (created_at)",
    "CREATE INDEX webhook_endpoints_account ON webhook_endpoints (account_id)",
    "CREATE INDEX webhook_deliveries_account ON webhook_deliveries (account_id, queued_at)",
    "CREATE INDEX webhook_deliveries_endpoint ON webhook_deliveries (endpoint_id, leased_until)",
    "CREATE INDEX webhook_deliveries_state ON webhook_deliveries (state, next_at)",
)


def upgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    for statement in _TABLES:
        op.execute(statement.format(number="INTEGER" if sqlite else "BIGINT"))


def downgrade() -> None:
    raise RuntimeError("the record only grows: restore a backup instead of downgrading")
