"""Sign-up and second factors: verified addresses, single-use tokens, recovery codes, mails on their way.

Revision 0005. Frozen once released: a correction is a new revision.
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Accounts that are there were made by an operator, who vouched for their addresses.
_STATEMENTS = (
    "ALTER TABLE accounts ADD COLUMN email_verified INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE accounts ADD COLUMN display_name TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE sessions ADD COLUMN seen_at TEXT",
    "ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE sessions ADD COLUMN agent TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX sessions_account ON sessions (account_id)",
    """CREATE TABLE single_use_tokens (
  token_hash TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL,
  purpose TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  detail TEXT NOT NULL,
  FOREIGN KEY (account_id) REFERENCES accounts (account_id) ON DELETE CASCADE
)""",
    "CREATE INDEX single_use_tokens_account ON single_use_tokens (account_id, purpose)",
    "CREATE INDEX single_use_tokens_expires_at ON single_use_tokens (expires_at)",
    """CREATE TABLE second_factors (
  account_id TEXT NOT NULL PRIMARY KEY,
  secret TEXT NOT NULL,
  created_at TEXT NOT NULL,
  confirmed_at TEXT,
  last_step {number} NOT NULL,
  FOREIGN KEY (account_id) REFERENCES accounts (account_id) ON DELETE CASCADE
)""",
    """CREATE TABLE recovery_codes (
  code_hash TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL,
  FOREIGN KEY (account_id) REFERENCES accounts (account_id) ON DELETE CASCADE
)""",
    "CREATE INDEX recovery_codes_account ON recovery_codes (account_id)",
    """CREATE TABLE mails (
  id {number} NOT NULL PRIMARY KEY,
  message_id TEXT NOT NULL,
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  next_at TEXT NOT NULL,
  last_error TEXT NOT NULL,
  CONSTRAINT mails_message_id_key UNIQUE (message_id)
)""",
    "CREATE INDEX mails_state_next_at ON mails (state, next_at)",
)


def upgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    for statement in _STATEMENTS:
        op.execute(statement.replace("{number}", "INTEGER" if sqlite else "BIGINT"))


def downgrade() -> None:
    raise RuntimeError("the record only grows: restore a backup instead of downgrading")
