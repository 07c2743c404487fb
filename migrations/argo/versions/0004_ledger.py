"""The provable log: entries, stored hashes, notes, cosignatures; and where each signal stands in it.

Revision 0004. Frozen once released: a correction is a new revision.
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TABLES = (
    """CREATE TABLE log_leaf (
  idx {position} NOT NULL CONSTRAINT log_leaf_pk PRIMARY KEY,
  entry {bytes} NOT NULL,
  leaf_hash {bytes} NOT NULL,
  CONSTRAINT log_leaf_leaf_hash_key UNIQUE (leaf_hash),
  CONSTRAINT log_leaf_entry_check CHECK (length(entry) BETWEEN 1 AND 65535),
  CONSTRAINT log_leaf_length_check CHECK (length(leaf_hash) = 32){hashed}
)""",
    """CREATE TABLE log_hash (
  pos {position} NOT NULL CONSTRAINT log_hash_pk PRIMARY KEY,
  h {bytes} NOT NULL,
  CONSTRAINT log_hash_length_check CHECK (length(h) = 32)
)""",
    """CREATE TABLE log_checkpoint (
  size {position} NOT NULL CONSTRAINT log_checkpoint_pk PRIMARY KEY,
  root {bytes} NOT NULL,
  note {bytes} NOT NULL,
  signed_at TEXT NOT NULL,
  CONSTRAINT log_checkpoint_length_check CHECK (length(root) = 32)
)""",
    """CREATE TABLE log_cosignature (
  size {position} NOT NULL CONSTRAINT log_cosignature_size_fk REFERENCES log_checkpoint (size),
  key_name TEXT NOT NULL,
  ts BIGINT NOT NULL,
  line {bytes} NOT NULL,
  CONSTRAINT log_cosignature_pk PRIMARY KEY (size, key_name, ts)
)""",
    """CREATE TABLE log_anchor (
  size {position} NOT NULL CONSTRAINT log_anchor_size_fk REFERENCES log_checkpoint (size),
  authority TEXT NOT NULL,
  not_later_than TEXT NOT NULL,
  receipt {bytes} NOT NULL,
  CONSTRAINT log_anchor_pk PRIMARY KEY (size, authority)
)""",
    """CREATE TABLE signal_seal (
  signal_id TEXT NOT NULL CONSTRAINT signal_seal_pk PRIMARY KEY
    CONSTRAINT signal_seal_signal_id_fk REFERENCES signal_log (signal_id),
  leaf_index {position} NOT NULL CONSTRAINT signal_seal_leaf_index_fk REFERENCES log_leaf (idx),
  stream TEXT NOT NULL,
  seq BIGINT NOT NULL,
  commitment TEXT NOT NULL,
  salt {bytes} NOT NULL,
  reveal_by TEXT NOT NULL,
  CONSTRAINT signal_seal_leaf_index_key UNIQUE (leaf_index),
  CONSTRAINT signal_seal_stream_key UNIQUE (stream, seq),
  CONSTRAINT signal_seal_salt_check CHECK (length(salt) = 32)
)""",
    """CREATE TABLE reveal_log (
  signal_id TEXT NOT NULL CONSTRAINT reveal_log_pk PRIMARY KEY
    CONSTRAINT reveal_log_signal_id_fk REFERENCES signal_seal (signal_id),
  leaf_index {position} NOT NULL CONSTRAINT reveal_log_leaf_index_fk REFERENCES log_leaf (idx),
  CONSTRAINT reveal_log_leaf_index_key UNIQUE (leaf_index)
)""",
    """CREATE TABLE outcome_entry (
  signal_id TEXT NOT NULL CONSTRAINT outcome_entry_pk PRIMARY KEY
    CONSTRAINT outcome_entry_signal_id_fk REFERENCES outcome_log (signal_id),
  leaf_index {position} CONSTRAINT outcome_entry_leaf_index_fk REFERENCES log_leaf (idx),
  net_pct {figure},
  CONSTRAINT outcome_entry_leaf_index_key UNIQUE (leaf_index)
)""",
    """CREATE TABLE log_fact (
  leaf_index {position} NOT NULL CONSTRAINT log_fact_pk PRIMARY KEY
    CONSTRAINT log_fact_leaf_index_fk REFERENCES log_leaf (idx),
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  digest TEXT NOT NULL,
  count BIGINT NOT NULL
)""",
)

# Table, its dense number counted from 0 (None where it has none), and its unique keys.
_GUARDED: tuple[tuple[str, str | None, tuple[tuple[str, ...], ...]], ...] = (
    ("log_leaf", "idx", (("leaf_hash",),)),
    ("log_hash", "pos", ()),
    ("log_checkpoint", None, ()),
    ("log_cosignature", None, (("size", "key_name", "ts"),)),
    ("log_anchor", None, (("size", "authority"),)),
    ("signal_seal", None, (("signal_id",), ("leaf_index",), ("stream", "seq"))),
    ("reveal_log", None, (("signal_id",), ("leaf_index",))),
    ("outcome_entry", None, (("signal_id",), ("leaf_index",))),
    ("log_fact", None, (("leaf_index",),)),
)
_GROWTH = (
    "NEW.size > (SELECT coalesce(max(size), 0) FROM log_checkpoint) "
    "AND NEW.size <= (SELECT coalesce(max(idx), -1) + 1 FROM log_leaf)"
)
_SQLITE_GROWTH = (
    f"CREATE TRIGGER log_checkpoint_grows BEFORE INSERT ON log_checkpoint WHEN NOT ({_GROWTH}) "
    "BEGIN SELECT RAISE(ABORT, 'log_checkpoint: not a growth of the log'); END",
)
_POSTGRESQL_GROWTH = (
    "CREATE FUNCTION argo_log_checkpoint_grows() RETURNS trigger LANGUAGE plpgsql AS $$\n"
    "BEGIN\n"
    f"  IF NOT ({_GROWTH})\n"
    "  THEN RAISE EXCEPTION 'log_checkpoint: not a growth of the log'; END IF;\n"
    "  RETURN NEW;\n"
    "END $$",
    "CREATE TRIGGER log_checkpoint_grows BEFORE INSERT ON log_checkpoint "
    "FOR EACH ROW EXECUTE FUNCTION argo_log_checkpoint_grows()",
)

# As before, and behind it what was left of the gross result after the stated costs.
_SIGNALS_VIEW = """CREATE VIEW signals AS
SELECT s.id, s.signal_id, s.symbol, s.action, s.entry_price, s.target_price, s.stop_price, s.confidence, s.strategy,
       s.asset_type, s.data_source, s.timestamp, o.counted_as AS outcome, o.exit_price, o.profit_loss_pct,
       s.verification_hash AS sha256, nullif(e.order_id, '') AS order_id, s.created_at, s.service_type, e.executor_id,
       s.generated_by, s.regime, s.reasoning, o.result, s.scheme, s.as_of, s.win_probability, n.net_pct
FROM signal_log AS s
LEFT JOIN outcome_log AS o ON o.signal_id = s.signal_id
LEFT JOIN outcome_entry AS n ON n.signal_id = s.signal_id
LEFT JOIN execution_log AS e ON e.id = (SELECT min(f.id) FROM execution_log AS f WHERE f.signal_id = s.signal_id)"""


def upgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    names = {"position": "INTEGER", "figure": "REAL", "bytes": "BLOB", "hashed": ""}
    if not sqlite:
        # SQLite cannot hash.
        hashed = ",\n  CONSTRAINT log_leaf_hash_check CHECK (leaf_hash = sha256('\\x00'::bytea || entry))"
        names = {"position": "BIGINT", "figure": "DOUBLE PRECISION", "bytes": "BYTEA", "hashed": hashed}
    for table in _TABLES:
        op.execute(table.format(**names))
    for guarded in _GUARDED:
        for statement in _sqlite_guards(*guarded) if sqlite else _postgresql_guards(*guarded):
            op.execute(statement)
    for statement in _SQLITE_GROWTH if sqlite else _POSTGRESQL_GROWTH:
        op.execute(statement)
    op.execute("CREATE INDEX idx_cycle_decided ON cycle_log (decided_at)")
    op.execute("DROP VIEW signals")
    op.execute(_SIGNALS_VIEW)


def downgrade() -> None:
    raise RuntimeError("the log only grows: restore a backup instead of downgrading")


def _sqlite_guards(table: str, dense: str | None, keys: tuple[tuple[str, ...], ...]) -> list[str]:
    statements = [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: {verb} refused'); END"
        for verb in ("UPDATE", "DELETE")
    ]
    for key in keys:
        match = " AND ".join(f"{column} = NEW.{column}" for column in key)
        statements.append(
            f"CREATE TRIGGER {table}_no_second_{'_'.join(key)} BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {match}) "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: {', '.join(key)} is stored already'); END"
        )
    if dense is not None:
        statements.append(
            f"CREATE TRIGGER {table}_dense BEFORE INSERT ON {table} "
            f"WHEN NEW.{dense} IS NOT (SELECT coalesce(max({dense}), -1) + 1 FROM {table}) "
            f"BEGIN SELECT RAISE(ABORT, '{table}: not the next {dense}'); END"
        )
    return statements


def _postgresql_guards(table: str, dense: str | None, _keys: tuple[tuple[str, ...], ...]) -> list[str]:
    statements = [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION argo_refuse()"
    ]
    if dense is not None:
        statements += [
            f"CREATE FUNCTION argo_{table}_dense() RETURNS trigger LANGUAGE plpgsql AS $$\n"
            "BEGIN\n"
            f"  IF NEW.{dense} IS DISTINCT FROM (SELECT coalesce(max({dense}), -1) + 1 FROM {table})\n"
            f"  THEN RAISE EXCEPTION '{table}: not the next {dense}'; END IF;\n"
            "  RETURN NEW;\n"
            "END $$",
            f"CREATE TRIGGER {table}_dense BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION argo_{table}_dense()",
        ]
    return statements
