"""Which series of bars each search looked at.

Revision 0011. Frozen once released: a correction is a new revision. Searches of earlier revisions are known by the
whole of their bars alone.
"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TABLE = """CREATE TABLE trial_series (
  id {position} NOT NULL CONSTRAINT trial_series_pk PRIMARY KEY,
  search TEXT NOT NULL,
  series TEXT NOT NULL,
  created_at TEXT NOT NULL,
  CONSTRAINT trial_series_search_key UNIQUE (search, series)
)"""
_INDEX = "CREATE INDEX idx_trial_series ON trial_series (series)"


def upgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    guards = _sqlite_guards("trial_series") if sqlite else _postgresql_guards("trial_series")
    for statement in (_TABLE.format(position="INTEGER" if sqlite else "BIGINT"), _INDEX, *guards):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("the log only grows: restore a backup instead of downgrading")


def _sqlite_guards(table: str) -> list[str]:
    verbs = [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: {verb} refused'); END"
        for verb in ("UPDATE", "DELETE")
    ]
    second = (
        f"CREATE TRIGGER {table}_no_second_search_series BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE search = NEW.search AND series = NEW.series) "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: search, series is stored already'); END"
    )
    dense = (
        f"CREATE TRIGGER {table}_dense BEFORE INSERT ON {table} "
        f"WHEN NEW.id IS NOT (SELECT coalesce(max(id), 0) + 1 FROM {table}) "
        f"BEGIN SELECT RAISE(ABORT, '{table}: not the next id'); END"
    )
    return [*verbs, second, dense]


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
