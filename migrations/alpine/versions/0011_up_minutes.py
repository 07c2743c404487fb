"""The minutes in which the service was up.

Revision 0011. Frozen once released: a correction is a new revision.
"""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE TABLE up_minutes (\n  minute INTEGER NOT NULL PRIMARY KEY\n)")


def downgrade() -> None:
    raise RuntimeError("the record only grows: restore a backup instead of downgrading")
