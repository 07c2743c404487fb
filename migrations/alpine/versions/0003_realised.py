"""What was realised: finished trades on accounts, each with the entry that commits to it.

Revision 0003. Frozen once released: a correction is a new revision.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TABLE = """CREATE TABLE realised (
  id {number} NOT NULL PRIMARY KEY,
  trade_id TEXT NOT NULL,
  signal_id TEXT NOT NULL REFERENCES signals (signal_id),
  executor_id TEXT NOT NULL,
  mode TEXT NOT NULL,
  net_pct {real} NOT NULL,
  statement TEXT NOT NULL,
  log {number} REFERENCES log_origins (log),
  leaf_index {number},
  entry TEXT,
  tlog_proof TEXT,
  size {number},
  recorded_at TEXT NOT NULL,
  CONSTRAINT realised_trade_key UNIQUE (trade_id),
  CONSTRAINT realised_leaf_key UNIQUE (log, leaf_index)
)"""
_NEXT = "(SELECT coalesce(max(id), 0) + 1 FROM realised)"
_SQLITE = (
    "CREATE TRIGGER realised_refuse_update BEFORE UPDATE ON realised "
    "BEGIN SELECT RAISE(ABORT, 'realised only grows: UPDATE is refused'); END",
    "CREATE TRIGGER realised_refuse_delete BEFORE DELETE ON realised "
    "BEGIN SELECT RAISE(ABORT, 'realised only grows: DELETE is refused'); END",
    # INSERT OR REPLACE removes the older row without firing DELETE triggers: it is stopped before it inserts.
    "CREATE TRIGGER realised_refuse_replace BEFORE INSERT ON realised WHEN EXISTS "
    "(SELECT 1 FROM realised WHERE id = NEW.id) OR EXISTS (SELECT 1 FROM realised WHERE trade_id = NEW.trade_id) OR "
    "EXISTS (SELECT 1 FROM realised WHERE log = NEW.log AND leaf_index = NEW.leaf_index) "
    "BEGIN SELECT RAISE(ABORT, 'realised only grows: this row is stored already'); END",
    f"CREATE TRIGGER realised_no_gap BEFORE INSERT ON realised WHEN NEW.id IS NOT {_NEXT} "
    "BEGIN SELECT RAISE(ABORT, 'realised: id is not the next one'); END",
)
_POSTGRESQL = (
    "CREATE TRIGGER realised_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON realised "
    "FOR EACH STATEMENT EXECUTE FUNCTION alpine_refuse()",
    "CREATE FUNCTION alpine_realised_no_gap() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n"
    f"  IF NEW.id IS DISTINCT FROM {_NEXT}\n"
    "  THEN RAISE EXCEPTION 'realised: id is not the next one'; END IF;\n  RETURN NEW;\nEND $$",
    "CREATE TRIGGER realised_no_gap BEFORE INSERT ON realised FOR EACH ROW EXECUTE FUNCTION alpine_realised_no_gap()",
)


def upgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    number, real = ("INTEGER", "REAL") if sqlite else ("BIGINT", "DOUBLE PRECISION")
    op.execute(_TABLE.format(number=number, real=real))
    op.execute("CREATE INDEX realised_signal ON realised (signal_id, id)")
    for trigger in _SQLITE if sqlite else _POSTGRESQL:
        op.execute(trigger)


def downgrade() -> None:
    raise RuntimeError("the record only grows: restore a backup instead of downgrading")
