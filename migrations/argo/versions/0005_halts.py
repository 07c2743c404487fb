"""Trading under watch: halts, flattenings, withdrawn intents, the monitor's memory, the last bars, finished trades.

Revision 0005. Frozen once released: a correction is a new revision.
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TRADE = """
  trade_id TEXT NOT NULL,
  signal_id TEXT NOT NULL{reference},
  executor_id TEXT NOT NULL,
  mode TEXT NOT NULL,
  symbol TEXT NOT NULL,
  action TEXT NOT NULL,
  quantity {figure} NOT NULL,
  entry_price {figure} NOT NULL,
  exit_price {figure} NOT NULL,
  fees {figure} NOT NULL,
  gross_pct {figure} NOT NULL,
  net_pct {figure} NOT NULL,
  exit TEXT NOT NULL,
  opened_at TEXT NOT NULL,
  closed_at TEXT NOT NULL,
  created_at TEXT NOT NULL,"""
_TRADE_CHECK = "CHECK (quantity > 0 AND entry_price > 0 AND exit_price > 0 AND fees >= 0)"
_TABLES = (
    """CREATE TABLE halt_log (
  id {position} NOT NULL CONSTRAINT halt_log_pk PRIMARY KEY,
  halt_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  executor_id TEXT NOT NULL,
  code TEXT,
  reason TEXT NOT NULL,
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  until TEXT,
  created_at TEXT NOT NULL,
  CONSTRAINT halt_log_halt_id_key UNIQUE (halt_id, kind),
  CONSTRAINT halt_log_kind_check CHECK (kind IN ('halt', 'resume'))
)""",
    """CREATE TABLE flatten_log (
  id {position} NOT NULL CONSTRAINT flatten_log_pk PRIMARY KEY,
  halt_id TEXT NOT NULL,
  step TEXT NOT NULL,
  at TEXT NOT NULL,
  created_at TEXT NOT NULL,
  CONSTRAINT flatten_log_halt_id_key UNIQUE (halt_id, step),
  CONSTRAINT flatten_log_step_check CHECK (step IN ('called', 'cancelled', 'flat'))
)""",
    """CREATE TABLE withdrawal_log (
  id {position} NOT NULL CONSTRAINT withdrawal_log_pk PRIMARY KEY,
  client_order_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  created_at TEXT NOT NULL,
  CONSTRAINT withdrawal_log_client_order_id_key UNIQUE (client_order_id)
)""",
    """CREATE TABLE watch_log (
  id {position} NOT NULL CONSTRAINT watch_log_pk PRIMARY KEY,
  executor_id TEXT NOT NULL,
  state TEXT NOT NULL,
  level TEXT NOT NULL,
  market_time TEXT NOT NULL,
  at TEXT NOT NULL,
  created_at TEXT NOT NULL
)""",
    """CREATE TABLE bar_window (
  symbol TEXT NOT NULL,
  start TEXT NOT NULL,
  body TEXT NOT NULL,
  CONSTRAINT bar_window_pk PRIMARY KEY (symbol, start)
)""",
    f"""CREATE TABLE trade_log (
  id {{position}} NOT NULL CONSTRAINT trade_log_pk PRIMARY KEY,{_TRADE.replace("{reference}", "")}
  CONSTRAINT trade_log_trade_id_key UNIQUE (trade_id),
  CONSTRAINT trade_log_trade_check {_TRADE_CHECK}
)""",
    f"""CREATE TABLE trade_report (
  id {{position}} NOT NULL CONSTRAINT trade_report_pk PRIMARY KEY,{
        _TRADE.replace("{reference}", " CONSTRAINT trade_report_signal_id_fk REFERENCES signal_log (signal_id)")
    }
  CONSTRAINT trade_report_trade_id_key UNIQUE (trade_id),
  CONSTRAINT trade_report_trade_check {_TRADE_CHECK}
)""",
)

_INDEXES = (
    "idx_watch_executor ON watch_log (executor_id, id)",
    "idx_trade_signal ON trade_log (signal_id, id)",
    "idx_trade_report_signal ON trade_report (signal_id, id)",
)

# Table and its unique key; each is dense by `id`.
_GUARDED = (
    ("halt_log", ("halt_id", "kind")),
    ("flatten_log", ("halt_id", "step")),
    ("withdrawal_log", ("client_order_id",)),
    ("watch_log", ()),
    ("trade_log", ("trade_id",)),
    ("trade_report", ("trade_id",)),
)


def upgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    names = (
        {"position": "INTEGER", "figure": "REAL"} if sqlite else {"position": "BIGINT", "figure": "DOUBLE PRECISION"}
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
