"""Accepted settings, secrets masked.

Revision 0013. Frozen once released: a correction is a new revision.
"""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TABLE = """CREATE TABLE configuration_log (
  id {position} NOT NULL CONSTRAINT configuration_log_pk PRIMARY KEY,
  file TEXT NOT NULL,
  cause TEXT NOT NULL,
  "by" TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  changed TEXT NOT NULL,
  document TEXT NOT NULL,
  accepted_at TEXT NOT NULL,
  created_at TEXT NOT NULL,
  CONSTRAINT configuration_log_cause_check CHECK (cause IN ('start', 'change', 'rollback'))
)"""
_INDEX = "CREATE INDEX idx_configuration_file ON configuration_log (file, id)"


def upgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    kinds = {"position": "INTEGER" if sqlite else "BIGINT"}
    guards = _sqlite_guards("configuration_log") if sqlite else _postgresql_guards("configuration_log")
    for statement in (_TABLE.format(**kinds), _INDEX, *guards):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("the log only grows: restore a backup instead of downgrading")


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
