"""Every trial of every search over parameters.

Revision 0008. Frozen once released: a correction is a new revision.
"""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TABLE = """CREATE TABLE trial_log (
  id {position} NOT NULL CONSTRAINT trial_log_pk PRIMARY KEY,
  bars TEXT NOT NULL,
  study TEXT NOT NULL,
  search TEXT NOT NULL,
  number INTEGER NOT NULL,
  state TEXT NOT NULL,
  parameters TEXT NOT NULL,
  figures TEXT NOT NULL,
  reason TEXT,
  created_at TEXT NOT NULL,
  CONSTRAINT trial_log_search_key UNIQUE (search, number),
  CONSTRAINT trial_log_state_check CHECK (state IN ('complete', 'refused', 'failed')),
  CONSTRAINT trial_log_number_check CHECK (number >= 0)
)"""
_INDEXES = (
    "CREATE INDEX idx_trial_study ON trial_log (study)",
    "CREATE INDEX idx_trial_bars ON trial_log (bars)",
)
_SQLITE_GUARDS = (
    "CREATE TRIGGER trial_log_no_update BEFORE UPDATE ON trial_log "
    "BEGIN SELECT RAISE(ABORT, 'trial_log is append-only: UPDATE refused'); END",
    "CREATE TRIGGER trial_log_no_delete BEFORE DELETE ON trial_log "
    "BEGIN SELECT RAISE(ABORT, 'trial_log is append-only: DELETE refused'); END",
    "CREATE TRIGGER trial_log_no_second_search_number BEFORE INSERT ON trial_log "
    "WHEN EXISTS (SELECT 1 FROM trial_log WHERE search = NEW.search AND number = NEW.number) "
    "BEGIN SELECT RAISE(ABORT, 'trial_log is append-only: search, number is stored already'); END",
    "CREATE TRIGGER trial_log_dense BEFORE INSERT ON trial_log "
    "WHEN NEW.id IS NOT (SELECT coalesce(max(id), 0) + 1 FROM trial_log) "
    "BEGIN SELECT RAISE(ABORT, 'trial_log: not the next id'); END",
)
_POSTGRESQL_GUARDS = (
    "CREATE TRIGGER trial_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON trial_log "
    "FOR EACH STATEMENT EXECUTE FUNCTION argo_refuse()",
    "CREATE FUNCTION argo_trial_log_dense() RETURNS trigger LANGUAGE plpgsql AS $$\n"
    "BEGIN\n"
    "  IF NEW.id IS DISTINCT FROM (SELECT coalesce(max(id), 0) + 1 FROM trial_log)\n"
    "  THEN RAISE EXCEPTION 'trial_log: not the next id'; END IF;\n"
    "  RETURN NEW;\n"
    "END $$",
    "CREATE TRIGGER trial_log_dense BEFORE INSERT ON trial_log FOR EACH ROW EXECUTE FUNCTION argo_trial_log_dense()",
)


def upgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    table = _TABLE.format(position="INTEGER" if sqlite else "BIGINT")
    for statement in (table, *_INDEXES, *(_SQLITE_GUARDS if sqlite else _POSTGRESQL_GUARDS)):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("the log only grows: restore a backup instead of downgrading")
