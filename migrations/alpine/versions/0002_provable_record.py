"""The provable record: what was witnessed of logs, their mirrors, the places of signals and outcomes in them.

Revision 0002. Frozen once released: a correction is a new revision.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# {number} and {bytes} are the dialect's names for a count and for bytes; {leaf_check} holds where hashing is at hand.
_TABLES = (
    """CREATE TABLE log_origins (
  log {number} NOT NULL PRIMARY KEY,
  origin TEXT NOT NULL,
  first_seen_at TEXT NOT NULL,
  CONSTRAINT log_origins_origin_key UNIQUE (origin)
)""",
    """CREATE TABLE witnessed_checkpoints (
  log {number} NOT NULL REFERENCES log_origins (log),
  size {number} NOT NULL,
  root {bytes} NOT NULL,
  note TEXT NOT NULL,
  received_at TEXT NOT NULL,
  PRIMARY KEY (log, size),
  CONSTRAINT witnessed_checkpoints_root_check CHECK (length(root) = 32)
)""",
    """CREATE TABLE cosignatures (
  log {number} NOT NULL,
  size {number} NOT NULL,
  vkey TEXT NOT NULL,
  time {number} NOT NULL,
  name TEXT NOT NULL,
  line TEXT NOT NULL,
  PRIMARY KEY (log, size, vkey, time),
  CONSTRAINT cosignatures_checkpoint_fkey FOREIGN KEY (log, size) REFERENCES witnessed_checkpoints (log, size)
)""",
    """CREATE TABLE log_entries (
  log {number} NOT NULL REFERENCES log_origins (log),
  place {number} NOT NULL,
  entry {bytes} NOT NULL,
  leaf_hash {bytes} NOT NULL,
  PRIMARY KEY (log, place),
  CONSTRAINT log_entries_entry_check CHECK (length(entry) BETWEEN 1 AND 65535),
  CONSTRAINT log_entries_hash_check CHECK (length(leaf_hash) = 32{leaf_check})
)""",
    """CREATE TABLE log_hashes (
  log {number} NOT NULL REFERENCES log_origins (log),
  place {number} NOT NULL,
  hash {bytes} NOT NULL,
  PRIMARY KEY (log, place),
  CONSTRAINT log_hashes_hash_check CHECK (length(hash) = 32)
)""",
    """CREATE TABLE log_signals (
  log {number} NOT NULL,
  leaf_index {number} NOT NULL,
  stream TEXT NOT NULL,
  seq {number} NOT NULL,
  at TEXT NOT NULL,
  reveal_by TEXT NOT NULL,
  commitment TEXT NOT NULL,
  PRIMARY KEY (log, leaf_index),
  CONSTRAINT log_signals_entry_fkey FOREIGN KEY (log, leaf_index) REFERENCES log_entries (log, place)
)""",
    """CREATE TABLE seals (
  cursor {number} NOT NULL PRIMARY KEY REFERENCES signals (cursor),
  log {number} NOT NULL REFERENCES log_origins (log),
  leaf_index {number} NOT NULL,
  stream TEXT NOT NULL,
  seq {number} NOT NULL,
  at TEXT NOT NULL,
  reveal_by TEXT NOT NULL,
  salt TEXT NOT NULL,
  entry TEXT NOT NULL,
  tlog_proof TEXT NOT NULL,
  size {number} NOT NULL,
  CONSTRAINT seals_leaf_key UNIQUE (log, leaf_index),
  CONSTRAINT seals_seq_key UNIQUE (log, stream, seq)
)""",
    """CREATE TABLE outcome_seals (
  cursor {number} NOT NULL PRIMARY KEY REFERENCES outcomes (cursor),
  log {number} NOT NULL REFERENCES log_origins (log),
  leaf_index {number} NOT NULL,
  of_leaf {number} NOT NULL,
  entry TEXT NOT NULL,
  tlog_proof TEXT NOT NULL,
  size {number} NOT NULL,
  CONSTRAINT outcome_seals_leaf_key UNIQUE (log, leaf_index)
)""",
    """CREATE TABLE reveals (
  log {number} NOT NULL,
  of_leaf {number} NOT NULL,
  leaf_index {number} NOT NULL,
  revealed_at TEXT NOT NULL,
  PRIMARY KEY (log, of_leaf),
  CONSTRAINT reveals_signal_fkey FOREIGN KEY (log, of_leaf) REFERENCES log_signals (log, leaf_index)
)""",
    """CREATE TABLE repins (
  id {number} NOT NULL PRIMARY KEY,
  origin TEXT NOT NULL,
  reason TEXT NOT NULL,
  decided_at TEXT NOT NULL,
  last_alarm {number} NOT NULL,
  CONSTRAINT repins_reason_check CHECK (length(reason) > 0)
)""",
    """CREATE TABLE webhook_ids (
  webhook_id TEXT NOT NULL PRIMARY KEY,
  seen_at TEXT NOT NULL
)""",
)

_INDEXES = (
    "log_signals_stream_seq ON log_signals (log, stream, seq)",
    "log_signals_reveal_by ON log_signals (reveal_by)",
    "webhook_ids_seen_at ON webhook_ids (seen_at)",
)

# Append-only tables: their unique keys, and, where rows are numbered without gap, the column, from which number on, and
# within what.
_GUARDED: tuple[tuple[str, tuple[tuple[str, ...], ...], tuple[str, int, str | None] | None], ...] = (
    ("log_origins", (("log",), ("origin",)), ("log", 1, None)),
    ("witnessed_checkpoints", (("log", "size"),), None),
    ("cosignatures", (("log", "size", "vkey", "time"),), None),
    ("log_entries", (("log", "place"),), ("place", 0, "log")),
    ("log_hashes", (("log", "place"),), ("place", 0, "log")),
    ("log_signals", (("log", "leaf_index"),), None),
    ("seals", (("cursor",), ("log", "leaf_index"), ("log", "stream", "seq")), None),
    ("outcome_seals", (("cursor",), ("log", "leaf_index")), None),
    ("reveals", (("log", "of_leaf"),), None),
    ("repins", (("id",),), ("id", 1, None)),
)


def upgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    words = {"number": "BIGINT", "bytes": "BYTEA", "leaf_check": " AND leaf_hash = sha256('\\x00'::bytea || entry)"}
    if sqlite:
        words = {"number": "INTEGER", "bytes": "BLOB", "leaf_check": ""}
    for table in _TABLES:
        op.execute(table.format(**words))
    for index in _INDEXES:
        op.execute(f"CREATE INDEX {index}")
    op.execute(f"ALTER TABLE outcomes ADD COLUMN net_pct {'REAL' if sqlite else 'DOUBLE PRECISION'}")
    for table, keys, dense in _GUARDED:
        for trigger in _sqlite(table, keys, dense) if sqlite else _postgresql(table, dense):
            op.execute(trigger)


def downgrade() -> None:
    raise RuntimeError("the record only grows: restore a backup instead of downgrading")


def _next(table: str, dense: tuple[str, int, str | None]) -> str:
    number, first, within = dense
    where = "" if within is None else f" WHERE {within} = NEW.{within}"
    return f"(SELECT coalesce(max({number}), {first - 1}) + 1 FROM {table}{where})"


def _sqlite(table: str, keys: tuple[tuple[str, ...], ...], dense: tuple[str, int, str | None] | None) -> list[str]:
    triggers = [
        f"CREATE TRIGGER {table}_refuse_{act.lower()} BEFORE {act} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} only grows: {act} is refused'); END"
        for act in ("UPDATE", "DELETE")
    ]
    # INSERT OR REPLACE removes the older row without firing DELETE triggers: it is stopped before it inserts.
    same = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} WHERE {' AND '.join(f'{column} = NEW.{column}' for column in key)})"
        for key in keys
    )
    triggers.append(
        f"CREATE TRIGGER {table}_refuse_replace BEFORE INSERT ON {table} WHEN {same} "
        f"BEGIN SELECT RAISE(ABORT, '{table} only grows: this row is stored already'); END"
    )
    if dense is not None:
        triggers.append(
            f"CREATE TRIGGER {table}_no_gap BEFORE INSERT ON {table} WHEN NEW.{dense[0]} IS NOT {_next(table, dense)} "
            f"BEGIN SELECT RAISE(ABORT, '{table}: {dense[0]} is not the next one'); END"
        )
    return triggers


def _postgresql(table: str, dense: tuple[str, int, str | None] | None) -> list[str]:
    # For each statement, not each row: ON CONFLICT DO UPDATE fires it even where nothing conflicts.
    triggers = [
        f"CREATE TRIGGER {table}_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION alpine_refuse()"
    ]
    if dense is not None:
        triggers += [
            f"CREATE FUNCTION alpine_{table}_no_gap() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n"
            f"  IF NEW.{dense[0]} IS DISTINCT FROM {_next(table, dense)}\n"
            f"  THEN RAISE EXCEPTION '{table}: {dense[0]} is not the next one'; END IF;\n  RETURN NEW;\nEND $$",
            f"CREATE TRIGGER {table}_no_gap BEFORE INSERT ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION alpine_{table}_no_gap()",
        ]
    return triggers
