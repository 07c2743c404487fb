"""The live path: one sequence of records, signals, outcomes, marks, alarms; accounts and sessions.

Revision 0001, the first. Frozen once released: a correction is a new revision.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# {number}, {float} and {bytes} are the dialect's names for a cursor, a double and bytes.
_TABLES = (
    """CREATE TABLE records (
  cursor {number} NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  CONSTRAINT records_kind_name_key UNIQUE (kind, name),
  CONSTRAINT records_kind_check CHECK (kind IN ('signal', 'outcome'))
)""",
    """CREATE TABLE signals (
  cursor {number} NOT NULL PRIMARY KEY REFERENCES records (cursor),
  signal_id TEXT NOT NULL,
  symbol TEXT NOT NULL,
  action TEXT NOT NULL,
  entry_price {float} NOT NULL,
  target_price {float},
  stop_price {float},
  confidence {float} NOT NULL,
  strategy TEXT NOT NULL,
  timestamp TEXT NOT NULL,
  scheme TEXT NOT NULL,
  verification_hash TEXT NOT NULL,
  legacy_preimage TEXT,
  asset_type TEXT,
  data_source TEXT,
  regime TEXT,
  reasoning TEXT,
  win_probability {float},
  votes TEXT NOT NULL,
  decision TEXT NOT NULL,
  as_of TEXT,
  service_type TEXT,
  generated_by TEXT,
  generation_latency_ms {float},
  body {bytes} NOT NULL,
  received_at TEXT NOT NULL,
  CONSTRAINT signals_signal_id_key UNIQUE (signal_id),
  CONSTRAINT signals_hash_check CHECK (length(verification_hash) = 64)
)""",
    """CREATE TABLE outcomes (
  cursor {number} NOT NULL PRIMARY KEY REFERENCES records (cursor),
  signal_id TEXT NOT NULL REFERENCES signals (signal_id),
  outcome TEXT NOT NULL,
  result TEXT NOT NULL,
  exit_price {float},
  exit_at TEXT NOT NULL,
  profit_loss_pct {float},
  recorded_at TEXT NOT NULL,
  CONSTRAINT outcomes_signal_id_key UNIQUE (signal_id)
)""",
    """CREATE TABLE marks (
  id {number} NOT NULL PRIMARY KEY,
  symbol TEXT NOT NULL,
  timeframe TEXT NOT NULL,
  start TEXT NOT NULL,
  open {float} NOT NULL,
  high {float} NOT NULL,
  low {float} NOT NULL,
  close {float} NOT NULL,
  volume {float} NOT NULL,
  origin TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  CONSTRAINT marks_bar_key UNIQUE (symbol, timeframe, start)
)""",
    """CREATE TABLE alarms (
  id {number} NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  stored TEXT NOT NULL,
  offered TEXT NOT NULL,
  offered_sha256 TEXT NOT NULL,
  evidence {bytes} NOT NULL,
  raised_at TEXT NOT NULL,
  CONSTRAINT alarms_content_key UNIQUE (subject, kind, offered_sha256)
)""",
    """CREATE TABLE accounts (
  account_id TEXT NOT NULL PRIMARY KEY,
  email TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  tier TEXT NOT NULL,
  role TEXT NOT NULL,
  created_at TEXT NOT NULL,
  CONSTRAINT accounts_email_key UNIQUE (email)
)""",
    """CREATE TABLE sessions (
  token_hash TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (account_id),
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL
)""",
    """CREATE TABLE failed_sign_ins (
  name TEXT NOT NULL PRIMARY KEY,
  count INTEGER NOT NULL,
  last_at TEXT NOT NULL
)""",
)

_INDEXES = (
    "signals_symbol_cursor ON signals (symbol, cursor)",
    "signals_confidence_cursor ON signals (confidence, cursor)",
    "signals_regime_cursor ON signals (regime, cursor)",
    "sessions_expires_at ON sessions (expires_at)",
)

# Append-only tables: their number, whether it is the next one always, and their unique key.
_GUARDED = (
    ("records", "cursor", True, ("kind", "name")),
    ("signals", "cursor", False, ("signal_id",)),
    ("outcomes", "cursor", False, ("signal_id",)),
    ("marks", "id", True, ("symbol", "timeframe", "start")),
    ("alarms", "id", True, ("subject", "kind", "offered_sha256")),
)

_REFUSE = """CREATE FUNCTION alpine_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% only grows: % is refused', TG_TABLE_NAME, TG_OP;
END $$"""


def upgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    words = {"number": "BIGINT", "float": "DOUBLE PRECISION", "bytes": "BYTEA"}
    if sqlite:
        words = {"number": "INTEGER", "float": "REAL", "bytes": "BLOB"}
    else:
        op.execute(_REFUSE)
    for table in _TABLES:
        op.execute(table.format(**words))
    for index in _INDEXES:
        op.execute(f"CREATE INDEX {index}")
    for table, number, dense, key in _GUARDED:
        for trigger in _sqlite(table, number, dense, key) if sqlite else _postgresql(table, number, dense):
            op.execute(trigger)


def downgrade() -> None:
    raise RuntimeError("the record only grows: restore a backup instead of downgrading")


def _sqlite(table: str, number: str, dense: bool, key: tuple[str, ...]) -> list[str]:
    triggers = [
        f"CREATE TRIGGER {table}_refuse_{act.lower()} BEFORE {act} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} only grows: {act} is refused'); END"
        for act in ("UPDATE", "DELETE")
    ]
    # INSERT OR REPLACE removes the older row without firing DELETE triggers: it is stopped before it inserts.
    same_key = " AND ".join(f"{column} = NEW.{column}" for column in key)
    triggers.append(
        f"CREATE TRIGGER {table}_refuse_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same_key}) "
        f"OR EXISTS (SELECT 1 FROM {table} WHERE {number} = NEW.{number}) "
        f"BEGIN SELECT RAISE(ABORT, '{table} only grows: this row is stored already'); END"
    )
    if dense:
        triggers.append(
            f"CREATE TRIGGER {table}_no_gap BEFORE INSERT ON {table} "
            f"WHEN NEW.{number} IS NOT (SELECT coalesce(max({number}), 0) + 1 FROM {table}) "
            f"BEGIN SELECT RAISE(ABORT, '{table}: {number} is not the next one'); END"
        )
    return triggers


def _postgresql(table: str, number: str, dense: bool) -> list[str]:
    # For each statement, not each row: ON CONFLICT DO UPDATE fires it even where nothing conflicts.
    triggers = [
        f"CREATE TRIGGER {table}_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION alpine_refuse()"
    ]
    if dense:
        triggers += [
            f"CREATE FUNCTION alpine_{table}_no_gap() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n"
            f"  IF NEW.{number} IS DISTINCT FROM (SELECT coalesce(max({number}), 0) + 1 FROM {table})\n"
            f"  THEN RAISE EXCEPTION '{table}: {number} is not the next one'; END IF;\n  RETURN NEW;\nEND $$",
            f"CREATE TRIGGER {table}_no_gap BEFORE INSERT ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION alpine_{table}_no_gap()",
        ]
    return triggers
