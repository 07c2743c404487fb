"""Executors: inbox, verdicts, intents, orders, fills, the simulated exchange; verdicts beside the signals.

Revision 0002. Frozen once released: a correction is a new revision.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TABLES = (
    """CREATE TABLE verdict_log (
  id {position} NOT NULL CONSTRAINT verdict_log_pk PRIMARY KEY,
  signal_id TEXT NOT NULL,
  executor_id TEXT NOT NULL,
  decision TEXT NOT NULL,
  code TEXT,
  verdicts TEXT NOT NULL,
  decided_at TEXT NOT NULL,
  created_at TEXT NOT NULL,
  CONSTRAINT verdict_log_signal_id_key UNIQUE (signal_id, executor_id),
  CONSTRAINT verdict_log_decision_check CHECK (decision IN ('allowed', 'denied'))
)""",
    """CREATE TABLE account_pin (
  id {position} NOT NULL CONSTRAINT account_pin_pk PRIMARY KEY,
  executor_id TEXT NOT NULL,
  account_number TEXT NOT NULL,
  starting_cash {figure} NOT NULL,
  created_at TEXT NOT NULL,
  CONSTRAINT account_pin_single_check CHECK (id = 1)
)""",
    """CREATE TABLE inbox_log (
  id {position} NOT NULL CONSTRAINT inbox_log_pk PRIMARY KEY,
  signal_id TEXT NOT NULL,
  verification_hash TEXT NOT NULL,
  body {bytes} NOT NULL,
  received_at TEXT NOT NULL,
  CONSTRAINT inbox_log_signal_id_key UNIQUE (signal_id)
)""",
    """CREATE TABLE intent_log (
  id {position} NOT NULL CONSTRAINT intent_log_pk PRIMARY KEY,
  client_order_id TEXT NOT NULL,
  signal_id TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at TEXT NOT NULL,
  CONSTRAINT intent_log_client_order_id_key UNIQUE (client_order_id)
)""",
    """CREATE TABLE order_log (
  id {position} NOT NULL CONSTRAINT order_log_pk PRIMARY KEY,
  position {position} NOT NULL,
  client_order_id TEXT NOT NULL,
  order_id TEXT NOT NULL,
  signal_id TEXT NOT NULL,
  symbol TEXT NOT NULL,
  state TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at TEXT NOT NULL,
  CONSTRAINT order_log_position_key UNIQUE (position)
)""",
    """CREATE TABLE fill_log (
  id {position} NOT NULL CONSTRAINT fill_log_pk PRIMARY KEY,
  execution_id TEXT NOT NULL,
  client_order_id TEXT NOT NULL,
  signal_id TEXT NOT NULL,
  symbol TEXT NOT NULL,
  quantity {figure} NOT NULL,
  price {figure} NOT NULL,
  fee {figure} NOT NULL,
  profit_loss_pct {figure},
  filled_at TEXT NOT NULL,
  created_at TEXT NOT NULL,
  CONSTRAINT fill_log_execution_id_key UNIQUE (execution_id),
  CONSTRAINT fill_log_fill_check CHECK (price > 0 AND fee >= 0)
)""",
    """CREATE TABLE exchange_log (
  id {position} NOT NULL CONSTRAINT exchange_log_pk PRIMARY KEY,
  client_order_id TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at TEXT NOT NULL
)""",
    """CREATE TABLE exchange_mark (
  symbol TEXT NOT NULL CONSTRAINT exchange_mark_pk PRIMARY KEY,
  body TEXT NOT NULL,
  updated_at TEXT NOT NULL
)""",
)

_INDEXES = (
    "idx_verdict_decision ON verdict_log (decision, id)",
    "idx_order_client ON order_log (client_order_id, id)",
    "idx_fill_symbol ON fill_log (symbol, id)",
    "idx_exchange_client ON exchange_log (client_order_id, id)",
)

# Table and its unique key; each is dense by `id`.
_GUARDED = (
    ("verdict_log", ("signal_id", "executor_id")),
    ("account_pin", ()),
    ("inbox_log", ("signal_id",)),
    ("intent_log", ("client_order_id",)),
    ("order_log", ("position",)),
    ("fill_log", ("execution_id",)),
    ("exchange_log", ()),
)


def upgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    names = (
        {"position": "INTEGER", "figure": "REAL", "bytes": "BLOB"}
        if sqlite
        else {"position": "BIGINT", "figure": "DOUBLE PRECISION", "bytes": "BYTEA"}
    )
    for table in _TABLES:
        op.execute(table.format(**names))
    for index in _INDEXES:
        op.execute(f"CREATE INDEX {index}")
    for guarded in _GUARDED:
        for statement in _sqlite_guards(*guarded) if sqlite else _postgresql_guards(*guarded):
            op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("the log only grows: restore a backup instead of downgrading")


def _sqlite_guards(table: str, key: tuple[str, ...]) -> list[str]:
    statements = [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: {verb} refused'); END"
        for verb in ("UPDATE", "DELETE")
    ]
    if key:
        match = " AND ".join(f"{column} = NEW.{column}" for column in key)
        statements.append(
            f"CREATE TRIGGER {table}_no_second_{'_'.join(key)} BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {match}) "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: {', '.join(key)} is stored already'); END"
        )
    statements.append(
        f"CREATE TRIGGER {table}_dense BEFORE INSERT ON {table} "
        f"WHEN NEW.id IS NOT (SELECT coalesce(max(id), 0) + 1 FROM {table}) "
        f"BEGIN SELECT RAISE(ABORT, '{table}: not the next id'); END"
    )
    return statements


def _postgresql_guards(table: str, _key: tuple[str, ...]) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION argo_refuse()",
        f"CREATE FUNCTION argo_{table}_dense() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        "BEGIN\n"
        f"  IF NEW.id IS DISTINCT FROM (SELECT coalesce(max(id), 0) + 1 FROM {table})\n"
        f"  THEN RAISE EXCEPTION '{table}: not the next id'; END IF;\n"
        "  RETURN NEW;\n"
        "END $$",
        f"CREATE TRIGGER {table}_dense BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION argo_{table}_dense()",
    ]
