"""The lab's runs: who asked for what, what happened on the way, and how each ended.

Revision 0009. Frozen once released: a correction is a new revision.
"""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TABLES = (
    """CREATE TABLE lab_run (
  id {position} NOT NULL CONSTRAINT lab_run_pk PRIMARY KEY,
  run_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  content_key TEXT NOT NULL,
  document TEXT NOT NULL,
  requested_at TEXT NOT NULL,
  created_at TEXT NOT NULL,
  CONSTRAINT lab_run_run_id_key UNIQUE (run_id),
  CONSTRAINT lab_run_kind_check CHECK (kind IN ('strategy', 'profit'))
)""",
    """CREATE TABLE lab_step (
  id {position} NOT NULL CONSTRAINT lab_step_pk PRIMARY KEY,
  run_id TEXT NOT NULL,
  step TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  owner TEXT,
  done {position} NOT NULL,
  total {position} NOT NULL,
  at TEXT NOT NULL,
  created_at TEXT NOT NULL,
  CONSTRAINT lab_step_step_check CHECK (step IN ('claimed', 'progress', 'cancelling'))
)""",
    """CREATE TABLE lab_end (
  id {position} NOT NULL CONSTRAINT lab_end_pk PRIMARY KEY,
  run_id TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  state TEXT NOT NULL,
  error TEXT,
  summary TEXT NOT NULL,
  result {bytes} NOT NULL,
  at TEXT NOT NULL,
  created_at TEXT NOT NULL,
  CONSTRAINT lab_end_run_id_key UNIQUE (run_id),
  CONSTRAINT lab_end_state_check CHECK (state IN ('done', 'failed', 'cancelled'))
)""",
)
_INDEXES = (
    "CREATE INDEX idx_lab_run_content ON lab_run (content_key)",
    "CREATE INDEX idx_lab_step_run ON lab_step (run_id, step)",
)


def upgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    kinds = {"position": "INTEGER", "bytes": "BLOB"} if sqlite else {"position": "BIGINT", "bytes": "BYTEA"}
    for statement in (*(table.format(**kinds) for table in _TABLES), *_INDEXES):
        op.execute(statement)
    for table in ("lab_run", "lab_step", "lab_end"):
        for statement in _sqlite_guards(table) if sqlite else _postgresql_guards(table):
            op.execute(statement)
    for table in ("lab_run", "lab_end") if sqlite else ():
        op.execute(_once(table))


def downgrade() -> None:
    raise RuntimeError("the log only grows: restore a backup instead of downgrading")


def _once(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_second_run_id BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE run_id = NEW.run_id) "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: run_id is stored already'); END"
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
