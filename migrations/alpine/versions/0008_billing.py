"""What is kept of payments, and accounts that an administrator locked.

Revision 0008. Frozen once released: a correction is a new revision.
"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# No reference from invoices to accounts: their ids stay when an account is deleted, for the books.
_STATEMENTS = (
    "ALTER TABLE accounts ADD COLUMN locked_at TEXT",
    """CREATE TABLE billing_books (
  account_id TEXT NOT NULL PRIMARY KEY,
  version {number} NOT NULL,
  customer_id TEXT NOT NULL,
  FOREIGN KEY (account_id) REFERENCES accounts (account_id) ON DELETE CASCADE
)""",
    """CREATE TABLE subscriptions (
  subscription_id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL,
  tier TEXT,
  state TEXT NOT NULL,
  granted TEXT NOT NULL,
  seen_at TEXT NOT NULL,
  period_end TEXT,
  next_tier TEXT,
  next_at TEXT,
  failed_at TEXT,
  FOREIGN KEY (account_id) REFERENCES accounts (account_id) ON DELETE CASCADE
)""",
    "CREATE INDEX subscriptions_account ON subscriptions (account_id)",
    """CREATE TABLE invoices (
  invoice_id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL,
  amount_cents {number} NOT NULL,
  currency TEXT NOT NULL,
  paid_at TEXT NOT NULL
)""",
    "CREATE INDEX invoices_account ON invoices (account_id)",
    """CREATE TABLE payment_notices (
  notice_id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  taken_at TEXT NOT NULL
)""",
)


def upgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    for statement in _STATEMENTS:
        op.execute(statement.format(number="INTEGER" if sqlite else "BIGINT"))


def downgrade() -> None:
    raise RuntimeError("the record only grows: restore a backup instead of downgrading")
