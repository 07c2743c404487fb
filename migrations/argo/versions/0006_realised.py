"""What was realised: which finished trades the log commits to, and which were told without an entry.

Revision 0006. Frozen once released: a correction is a new revision.
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TABLE = """CREATE TABLE realised_seal (
  trade_id TEXT NOT NULL CONSTRAINT realised_seal_pk PRIMARY KEY,
  leaf_index {position} CONSTRAINT realised_seal_leaf_index_fk REFERENCES log_leaf (idx),
  CONSTRAINT realised_seal_leaf_index_key UNIQUE (leaf_index)
)"""
_REFUSED = (
    "CREATE TRIGGER realised_seal_no_{verb} BEFORE {VERB} ON realised_seal "
    "BEGIN SELECT RAISE(ABORT, 'realised_seal is append-only: {VERB} refused'); END"
)
_SECOND = (
    "CREATE TRIGGER realised_seal_no_second_{key} BEFORE INSERT ON realised_seal "
    "WHEN EXISTS (SELECT 1 FROM realised_seal WHERE {key} = NEW.{key}) "
    "BEGIN SELECT RAISE(ABORT, 'realised_seal is append-only: {key} is stored already'); END"
)


def upgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    op.execute(_TABLE.format(position="INTEGER" if sqlite else "BIGINT"))
    if not sqlite:
        op.execute(
            "CREATE TRIGGER realised_seal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON realised_seal "
            "FOR EACH STATEMENT EXECUTE FUNCTION argo_refuse()"
        )
        return
    for verb in ("update", "delete"):
        op.execute(_REFUSED.format(verb=verb, VERB=verb.upper()))
    for key in ("trade_id", "leaf_index"):
        op.execute(_SECOND.format(key=key))


def downgrade() -> None:
    raise RuntimeError("the log only grows: restore a backup instead of downgrading")
