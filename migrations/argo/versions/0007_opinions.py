"""What language models answered, for replays, and what asking them cost.

Revision 0007. Frozen once released: a correction is a new revision.
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TABLES = (
    """CREATE TABLE opinion_log (
  id {position} NOT NULL CONSTRAINT opinion_log_pk PRIMARY KEY,
  source TEXT NOT NULL,
  symbol TEXT NOT NULL,
  model TEXT NOT NULL,
  prompt_hash TEXT NOT NULL,
  cost_usd {figure},
  market_as_of TEXT NOT NULL,
  known_at TEXT NOT NULL,
  answered_at TEXT NOT NULL,
  body TEXT NOT NULL,
  raw {bytes} NOT NULL,
  created_at TEXT NOT NULL,
  CONSTRAINT opinion_log_cost_check CHECK (cost_usd >= 0)
)""",
    """CREATE TABLE opinion_call (
  id {position} NOT NULL CONSTRAINT opinion_call_pk PRIMARY KEY,
  call_id TEXT NOT NULL,
  step TEXT NOT NULL,
  source TEXT NOT NULL,
  symbol TEXT NOT NULL,
  calls INTEGER NOT NULL,
  usd {figure} NOT NULL,
  at TEXT NOT NULL,
  created_at TEXT NOT NULL,
  CONSTRAINT opinion_call_call_id_key UNIQUE (call_id, step),
  CONSTRAINT opinion_call_step_check CHECK (step IN ('begun', 'ended')),
  CONSTRAINT opinion_call_cost_check CHECK (calls IN (0, 1) AND usd >= 0)
)""",
)
_INDEXES = (
    "CREATE INDEX idx_opinion_newest ON opinion_log (source, symbol, market_as_of, known_at)",
    "CREATE INDEX idx_opinion_bill ON opinion_call (source, at)",
)


def upgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    kinds = (
        {"position": "INTEGER", "figure": "REAL", "bytes": "BLOB"}
        if sqlite
        else {"position": "BIGINT", "figure": "DOUBLE PRECISION", "bytes": "BYTEA"}
    )
    for statement in (*(table.format(**kinds) for table in _TABLES), *_INDEXES):
        op.execute(statement)
    for table in ("opinion_log", "opinion_call"):
        for statement in _sqlite_guards(table) if sqlite else _postgresql_guards(table):
            op.execute(statement)
    if sqlite:
        op.execute(_ENDS_ONCE)


def downgrade() -> None:
    raise RuntimeError("the log only grows: restore a backup instead of downgrading")


_ENDS_ONCE = (
    "CREATE TRIGGER opinion_call_no_second_call_id_step BEFORE INSERT ON opinion_call "
    "WHEN EXISTS (SELECT 1 FROM opinion_call WHERE call_id = NEW.call_id AND step = NEW.step) "
    "BEGIN SELECT RAISE(ABORT, 'opinion_call is append-only: call_id, step is stored already'); END"
)


def _sqlite_guards(table: str) -> list[str]:
    verbs = [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: {verb} refused'); END"
        for verb in ("UPDATE", "DELETE")
    ]
    dense = (
        f"CREATE TRIGGER {table}_dense BEFORE INSERT ON {table} "
        f"WHEN NEW.id IS NOT (SELECT coalesce(max(id), 0) + 1 FROM {table}) "
        f"BEGIN SELECT RAISE(ABORT, '{table}: not the next id'); END"
    )
    return [*verbs, dense]


def _postgresql_guards(table: str) -> list[str]:
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
