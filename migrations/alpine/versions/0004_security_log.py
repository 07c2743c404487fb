"""What happened around accounts: a table that only grows.

Revision 0004. Frozen once released: a correction is a new revision.
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# No reference to accounts: an event stays when its account is deleted.
_TABLE = """CREATE TABLE security_events (
  id {number} NOT NULL PRIMARY KEY,
  account_id TEXT,
  actor_id TEXT,
  kind TEXT NOT NULL,
  detail TEXT NOT NULL,
  address TEXT NOT NULL,
  agent TEXT NOT NULL,
  at TEXT NOT NULL
)"""
_NEXT = "(SELECT coalesce(max(id), 0) + 1 FROM security_events)"
_SQLITE = (
    "CREATE TRIGGER security_events_refuse_update BEFORE UPDATE ON security_events "
    "BEGIN SELECT RAISE(ABORT, 'security_events only grows: UPDATE is refused'); END",
    "CREATE TRIGGER security_events_refuse_delete BEFORE DELETE ON security_events "
    "BEGIN SELECT RAISE(ABORT, 'security_events only grows: DELETE is refused'); END",
    # INSERT OR REPLACE removes the older row without firing DELETE triggers: it is stopped before it inserts.
    "CREATE TRIGGER security_events_refuse_replace BEFORE INSERT ON security_events WHEN EXISTS "
    "(SELECT 1 FROM security_events WHERE id = NEW.id) "
    "BEGIN SELECT RAISE(ABORT, 'security_events only grows: this row is stored already'); END",
    f"CREATE TRIGGER security_events_no_gap BEFORE INSERT ON security_events WHEN NEW.id IS NOT {_NEXT} "
    "BEGIN SELECT RAISE(ABORT, 'security_events: id is not the next one'); END",
)
_POSTGRESQL = (
    "CREATE TRIGGER security_events_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON security_events "
    "FOR EACH STATEMENT EXECUTE FUNCTION alpine_refuse()",
    "CREATE FUNCTION alpine_security_events_no_gap() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n"
    f"  IF NEW.id IS DISTINCT FROM {_NEXT}\n"
    "  THEN RAISE EXCEPTION 'security_events: id is not the next one'; END IF;\n  RETURN NEW;\nEND $$",
    "CREATE TRIGGER security_events_no_gap BEFORE INSERT ON security_events "
    "FOR EACH ROW EXECUTE FUNCTION alpine_security_events_no_gap()",
)


def upgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    op.execute(_TABLE.format(number="INTEGER" if sqlite else "BIGINT"))
    op.execute("CREATE INDEX security_events_account ON security_events (account_id, id)")
    for trigger in _SQLITE if sqlite else _POSTGRESQL:
        op.execute(trigger)


def downgrade() -> None:
    raise RuntimeError("the record only grows: restore a backup instead of downgrading")
