"""Messages that a receiver will never take: kept with its code.

Revision 0003. Frozen once released: a correction is a new revision.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TABLE = """CREATE TABLE outbox_refusal (
  position {position} NOT NULL CONSTRAINT outbox_refusal_pk PRIMARY KEY
    CONSTRAINT outbox_refusal_position_fk REFERENCES outbox (position),
  code TEXT NOT NULL,
  refused_at TEXT NOT NULL
)"""


def upgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    op.execute(_TABLE.format(position="INTEGER" if sqlite else "BIGINT"))
    for statement in _SQLITE_GUARDS if sqlite else _POSTGRESQL_GUARDS:
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("the log only grows: restore a backup instead of downgrading")


_SQLITE_GUARDS = (
    "CREATE TRIGGER outbox_refusal_no_update BEFORE UPDATE ON outbox_refusal "
    "BEGIN SELECT RAISE(ABORT, 'outbox_refusal is append-only: UPDATE refused'); END",
    "CREATE TRIGGER outbox_refusal_no_delete BEFORE DELETE ON outbox_refusal "
    "BEGIN SELECT RAISE(ABORT, 'outbox_refusal is append-only: DELETE refused'); END",
    "CREATE TRIGGER outbox_refusal_no_second_position BEFORE INSERT ON outbox_refusal "
    "WHEN EXISTS (SELECT 1 FROM outbox_refusal WHERE position = NEW.position) "
    "BEGIN SELECT RAISE(ABORT, 'outbox_refusal is append-only: position is stored already'); END",
)
_POSTGRESQL_GUARDS = (
    "CREATE TRIGGER outbox_refusal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON outbox_refusal "
    "FOR EACH STATEMENT EXECUTE FUNCTION argo_refuse()",
)
