"""Alerts, the channels that have to tell them, and every try.

Revision 0012. Frozen once released: a correction is a new revision.
"""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TABLES = (
    """CREATE TABLE alert_log (
  id {position} NOT NULL CONSTRAINT alert_log_pk PRIMARY KEY,
  dedup_key TEXT NOT NULL,
  severity TEXT NOT NULL,
  source TEXT NOT NULL,
  resolved INTEGER NOT NULL,
  told INTEGER NOT NULL,
  channels TEXT NOT NULL,
  raised_at TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at TEXT NOT NULL,
  CONSTRAINT alert_log_severity_check CHECK (severity IN ('critical', 'warning', 'info'))
)""",
    """CREATE TABLE alert_task (
  id {position} NOT NULL CONSTRAINT alert_task_pk PRIMARY KEY,
  alert {position} NOT NULL,
  channel TEXT NOT NULL,
  created_at TEXT NOT NULL,
  CONSTRAINT alert_task_alert_key UNIQUE (alert, channel)
)""",
    """CREATE TABLE alert_attempt (
  id {position} NOT NULL CONSTRAINT alert_attempt_pk PRIMARY KEY,
  task {position} NOT NULL,
  delivered INTEGER NOT NULL,
  settled INTEGER NOT NULL,
  detail TEXT NOT NULL,
  at TEXT NOT NULL,
  created_at TEXT NOT NULL
)""",
)
_INDEXES = (
    "CREATE INDEX idx_alert_key ON alert_log (dedup_key, told, id)",
    "CREATE INDEX idx_alert_task_channel ON alert_task (channel, id)",
    "CREATE INDEX idx_alert_attempt_task ON alert_attempt (task, settled)",
)
_NAMES = ("alert_log", "alert_task", "alert_attempt")


def upgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    position = "INTEGER" if sqlite else "BIGINT"
    guards = [guard for name in _NAMES for guard in (_sqlite_guards if sqlite else _postgresql_guards)(name)]
    for statement in (*(table.format(position=position) for table in _TABLES), *_INDEXES, *guards):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("the log only grows: restore a backup instead of downgrading")


def _sqlite_guards(table: str) -> list[str]:
    guards = [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: {verb} refused'); END"
        for verb in ("UPDATE", "DELETE")
    ]
    if table == "alert_task":
        guards.append(
            f"CREATE TRIGGER {table}_no_second_alert_channel BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE alert = NEW.alert AND channel = NEW.channel) "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: alert, channel is stored already'); END"
        )
    guards.append(
        f"CREATE TRIGGER {table}_dense BEFORE INSERT ON {table} "
        f"WHEN NEW.id IS NOT (SELECT coalesce(max(id), 0) + 1 FROM {table}) "
        f"BEGIN SELECT RAISE(ABORT, '{table}: not the next id'); END"
    )
    return guards


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
