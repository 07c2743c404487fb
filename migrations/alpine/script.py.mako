"""${message}

Revision ${up_revision}, on top of ${down_revision | comma,n}. Once released it stays as it is: what is wrong in it is
mended by the next one.
"""

from __future__ import annotations

from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    raise RuntimeError("the record only grows: restore a backup instead of downgrading")
