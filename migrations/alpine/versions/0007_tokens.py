"""Changes to the terms of tiers (a table that only grows), keys of the API, tokens of the API.

Revision 0007. Frozen once released: a correction is a new revision.
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TABLES = (
    """CREATE TABLE tier_terms (
  id {number} NOT NULL PRIMARY KEY,
  tier TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  changed_at TEXT NOT NULL
)""",
    """CREATE TABLE api_keys (
  key_id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL,
  name TEXT NOT NULL,
  prefix TEXT NOT NULL,
  secret_hash TEXT NOT NULL,
  scopes TEXT NOT NULL,
  created_at TEXT NOT NULL,
  last_used_at TEXT,
  revoked_at TEXT,
  CONSTRAINT api_keys_secret_key UNIQUE (secret_hash),
  FOREIGN KEY (account_id) REFERENCES accounts (account_id) ON DELETE CASCADE
)""",
    """CREATE TABLE api_tokens (
  token_hash TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  family TEXT NOT NULL,
  account_id TEXT NOT NULL,
  password_mark TEXT NOT NULL,
  issued_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  spent_at TEXT,
  FOREIGN KEY (account_id) REFERENCES accounts (account_id) ON DELETE CASCADE
)""",
    "CREATE INDEX api_keys_account ON api_keys (account_id)",
    "CREATE INDEX api_tokens_expires_at ON api_tokens (expires_at)",
    "CREATE INDEX api_tokens_family ON api_tokens (family)",
)
_NEXT = "(SELECT coalesce(max(id), 0) + 1 FROM tier_terms)"
_SQLITE = (
    "CREATE TRIGGER tier_terms_refuse_update BEFORE UPDATE ON tier_terms "
    "BEGIN SELECT RAISE(ABORT, 'tier_terms only grows: UPDATE is refused'); END",
    "CREATE TRIGGER tier_terms_refuse_delete BEFORE DELETE ON tier_terms "
    "BEGIN SELECT RAISE(ABORT, 'tier_terms only grows: DELETE is refused'); END",
    # INSERT OR REPLACE removes the older row without firing DELETE triggers: it is stopped before it inserts.
    "CREATE TRIGGER tier_terms_refuse_replace BEFORE INSERT ON tier_terms WHEN EXISTS "
    "(SELECT 1 FROM tier_terms WHERE id = NEW.id) "
    "BEGIN SELECT RAISE(ABORT, 'tier_terms only grows: this row is stored already'); END",
    f"CREATE TRIGGER tier_terms_no_gap BEFORE INSERT ON tier_terms WHEN NEW.id IS NOT {_NEXT} "
    "BEGIN SELECT RAISE(ABORT, 'tier_terms: id is not the next one'); END",
)
_POSTGRESQL = (
    "CREATE TRIGGER tier_terms_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON tier_terms "
    "FOR EACH STATEMENT EXECUTE FUNCTION alpine_refuse()",
    "CREATE FUNCTION alpine_tier_terms_no_gap() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n"
    f"  IF NEW.id IS DISTINCT FROM {_NEXT}\n"
    "  THEN RAISE EXCEPTION 'tier_terms: id is not the next one'; END IF;\n  RETURN NEW;\nEND $$",
    "CREATE TRIGGER tier_terms_no_gap BEFORE INSERT ON tier_terms "
    "FOR EACH ROW EXECUTE FUNCTION alpine_tier_terms_no_gap()",
)


def upgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    for statement in _TABLES:
        op.execute(statement.format(number="INTEGER" if sqlite else "BIGINT"))
    for trigger in _SQLITE if sqlite else _POSTGRESQL:
        op.execute(trigger)


def downgrade() -> None:
    raise RuntimeError("the record only grows: restore a backup instead of downgrading")
