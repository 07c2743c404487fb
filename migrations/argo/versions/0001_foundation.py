"""Foundation: the append-only logs, their guards, the views over them.

Revision 0001, the first. Frozen once released: a correction is a new revision.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# {position}, {figure} and {bytes} are the dialect's names for a row number, a float of 64 bits and bytes.
_TABLES = (
    """CREATE TABLE cycle_log (
  id {position} NOT NULL CONSTRAINT cycle_log_pk PRIMARY KEY,
  cycle_id TEXT NOT NULL,
  started_at TEXT NOT NULL,
  decided_at TEXT NOT NULL,
  as_of TEXT NOT NULL,
  data_source TEXT NOT NULL,
  symbols INTEGER NOT NULL,
  skipped INTEGER NOT NULL,
  evaluated INTEGER NOT NULL,
  published INTEGER NOT NULL,
  repeats INTEGER NOT NULL,
  vetoed INTEGER NOT NULL,
  outcomes INTEGER NOT NULL,
  stage_ms TEXT NOT NULL,
  created_at TEXT NOT NULL,
  CONSTRAINT cycle_log_cycle_id_key UNIQUE (cycle_id)
)""",
    """CREATE TABLE signal_log (
  id {position} NOT NULL CONSTRAINT signal_log_pk PRIMARY KEY,
  signal_id TEXT NOT NULL,
  symbol TEXT NOT NULL,
  action TEXT NOT NULL,
  entry_price {figure} NOT NULL,
  target_price {figure},
  stop_price {figure},
  confidence {figure} NOT NULL,
  strategy TEXT NOT NULL,
  timestamp TEXT NOT NULL,
  scheme TEXT NOT NULL,
  verification_hash TEXT NOT NULL,
  legacy_preimage TEXT,
  asset_type TEXT,
  data_source TEXT,
  regime TEXT,
  reasoning TEXT,
  win_probability {figure},
  votes TEXT NOT NULL,
  service_type TEXT NOT NULL,
  generated_by TEXT NOT NULL,
  as_of TEXT NOT NULL,
  horizon_at TEXT,
  cycle_id TEXT CONSTRAINT signal_log_cycle_id_fk REFERENCES cycle_log (cycle_id),
  created_at TEXT NOT NULL,
  CONSTRAINT signal_log_signal_id_key UNIQUE (signal_id),
  CONSTRAINT signal_log_price_check CHECK (entry_price > 0 AND target_price > 0 AND stop_price > 0),
  CONSTRAINT signal_log_confidence_check CHECK (confidence BETWEEN 0 AND 100),
  CONSTRAINT signal_log_hash_check CHECK (length(verification_hash) = 64)
)""",
    """CREATE TABLE outcome_log (
  id {position} NOT NULL CONSTRAINT outcome_log_pk PRIMARY KEY,
  signal_id TEXT NOT NULL CONSTRAINT outcome_log_signal_id_fk REFERENCES signal_log (signal_id),
  symbol TEXT NOT NULL,
  signal_timestamp TEXT NOT NULL,
  outcome TEXT NOT NULL,
  result TEXT,
  exit_price {figure},
  exit_at TEXT,
  profit_loss_pct {figure},
  created_at TEXT NOT NULL,
  counted_as TEXT GENERATED ALWAYS AS (CASE WHEN outcome <> 'expired' THEN outcome
    WHEN coalesce(profit_loss_pct, 0) > 0 THEN 'win' ELSE 'loss' END) STORED,
  CONSTRAINT outcome_log_signal_id_key UNIQUE (signal_id),
  CONSTRAINT outcome_log_outcome_check CHECK (outcome IN ('win', 'loss', 'expired')),
  CONSTRAINT outcome_log_price_check CHECK (exit_price > 0)
)""",
    """CREATE TABLE execution_log (
  id {position} NOT NULL CONSTRAINT execution_log_pk PRIMARY KEY,
  signal_id TEXT NOT NULL CONSTRAINT execution_log_signal_id_fk REFERENCES signal_log (signal_id),
  executor_id TEXT NOT NULL,
  order_id TEXT NOT NULL,
  state TEXT NOT NULL,
  filled_at TEXT,
  price {figure},
  quantity {figure},
  profit_loss_pct {figure},
  created_at TEXT NOT NULL,
  CONSTRAINT execution_log_fill_check CHECK (price > 0 AND quantity >= 0)
)""",
    """CREATE TABLE decision_log (
  id {position} NOT NULL CONSTRAINT decision_log_pk PRIMARY KEY,
  decision_id TEXT NOT NULL,
  cycle_id TEXT NOT NULL CONSTRAINT decision_log_cycle_id_fk REFERENCES cycle_log (cycle_id),
  symbol TEXT NOT NULL,
  as_of TEXT NOT NULL,
  status TEXT NOT NULL,
  direction TEXT NOT NULL,
  confidence {figure} NOT NULL,
  veto TEXT,
  measured {figure},
  "limit" {figure},
  regime TEXT NOT NULL,
  signal_id TEXT CONSTRAINT decision_log_signal_id_fk REFERENCES signal_log (signal_id),
  repeat_of TEXT CONSTRAINT decision_log_repeat_of_fk REFERENCES signal_log (signal_id),
  body TEXT NOT NULL,
  CONSTRAINT decision_log_decision_id_key UNIQUE (decision_id),
  CONSTRAINT decision_log_status_check CHECK (status IN ('published', 'repeat', 'vetoed'))
)""",
    """CREATE TABLE outbox (
  position {position} NOT NULL CONSTRAINT outbox_pk PRIMARY KEY,
  topic TEXT NOT NULL,
  key TEXT NOT NULL,
  payload {bytes} NOT NULL,
  created_at TEXT NOT NULL,
  CONSTRAINT outbox_topic_key UNIQUE (topic, key)
)""",
    """CREATE TABLE outbox_delivery (
  position {position} NOT NULL CONSTRAINT outbox_delivery_pk PRIMARY KEY
    CONSTRAINT outbox_delivery_position_fk REFERENCES outbox (position),
  delivered_at TEXT NOT NULL
)""",
)

_INDEXES = (
    "idx_symbol ON signal_log (symbol)",
    "idx_timestamp ON signal_log (timestamp)",
    "idx_confidence ON signal_log (confidence)",
    "idx_created_at ON signal_log (created_at)",
    "idx_symbol_timestamp ON signal_log (symbol, timestamp)",
    "idx_signal_side ON signal_log (action, regime)",
    "idx_outcome ON outcome_log (counted_as)",
    "idx_symbol_outcome ON outcome_log (symbol, counted_as)",
    "idx_timestamp_outcome ON outcome_log (signal_timestamp, counted_as)",
    "idx_execution_order ON execution_log (signal_id, executor_id, order_id, id)",
    "idx_execution_signal ON execution_log (signal_id, id)",
    "idx_decision_cycle ON decision_log (cycle_id, id)",
    "idx_decision_symbol ON decision_log (symbol, id)",
    "idx_decision_status ON decision_log (status, id)",
    "idx_decision_veto ON decision_log (veto, id)",
)

# Table, its dense row number, its unique key.
_GUARDED = (
    ("cycle_log", "id", ("cycle_id",)),
    ("signal_log", "id", ("signal_id",)),
    ("outcome_log", "id", ("signal_id",)),
    ("execution_log", "id", ()),
    ("decision_log", "id", ("decision_id",)),
    ("outbox", "position", ("topic", "key")),
    ("outbox_delivery", None, ("position",)),
)

_VIEWS = (
    """CREATE VIEW signals AS
SELECT s.id, s.signal_id, s.symbol, s.action, s.entry_price, s.target_price, s.stop_price, s.confidence, s.strategy,
       s.asset_type, s.data_source, s.timestamp, o.counted_as AS outcome, o.exit_price, o.profit_loss_pct,
       s.verification_hash AS sha256, nullif(e.order_id, '') AS order_id, s.created_at, s.service_type, e.executor_id,
       s.generated_by, s.regime, s.reasoning, o.result, s.scheme, s.as_of, s.win_probability
FROM signal_log AS s
LEFT JOIN outcome_log AS o ON o.signal_id = s.signal_id
LEFT JOIN execution_log AS e ON e.id = (SELECT min(f.id) FROM execution_log AS f WHERE f.signal_id = s.signal_id)""",
    """CREATE VIEW executions AS
SELECT e.signal_id, e.executor_id, nullif(e.order_id, '') AS order_id, e.state, e.filled_at, e.price, e.quantity,
       e.profit_loss_pct
FROM execution_log AS e
WHERE e.id = (SELECT max(l.id) FROM execution_log AS l
              WHERE l.signal_id = e.signal_id AND l.executor_id = e.executor_id AND l.order_id = e.order_id)""",
)

_REFUSE = """CREATE FUNCTION argo_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP;
END $$"""


def upgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    names = (
        {"position": "INTEGER", "figure": "REAL", "bytes": "BLOB"}
        if sqlite
        else {"position": "BIGINT", "figure": "DOUBLE PRECISION", "bytes": "BYTEA"}
    )
    for table in _TABLES:
        op.execute(table.format(**names))
    for index in _INDEXES:
        op.execute(f"CREATE INDEX {index}")
    if not sqlite:
        op.execute(_REFUSE)
    for guarded in _GUARDED:
        for statement in _sqlite_guards(*guarded) if sqlite else _postgresql_guards(*guarded):
            op.execute(statement)
    for view in _VIEWS:
        op.execute(view)


def downgrade() -> None:
    raise RuntimeError("the log only grows: restore a backup instead of downgrading")


def _sqlite_guards(table: str, dense: str | None, key: tuple[str, ...]) -> list[str]:
    statements = [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: {verb} refused'); END"
        for verb in ("UPDATE", "DELETE")
    ]
    if key:
        match = " AND ".join(f"{column} = NEW.{column}" for column in key)
        statements.append(
            f"CREATE TRIGGER {table}_no_second_{'_'.join(key)} BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {match}) "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: {', '.join(key)} is stored already'); END"
        )
    if dense is not None:
        statements.append(
            f"CREATE TRIGGER {table}_dense BEFORE INSERT ON {table} "
            f"WHEN NEW.{dense} IS NOT (SELECT coalesce(max({dense}), 0) + 1 FROM {table}) "
            f"BEGIN SELECT RAISE(ABORT, '{table}: not the next {dense}'); END"
        )
    return statements


def _postgresql_guards(table: str, dense: str | None, _key: tuple[str, ...]) -> list[str]:
    statements = [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION argo_refuse()"
    ]
    if dense is not None:
        statements.append(
            f"CREATE FUNCTION argo_{table}_dense() RETURNS trigger LANGUAGE plpgsql AS $$\n"
            "BEGIN\n"
            f"  IF NEW.{dense} IS DISTINCT FROM (SELECT coalesce(max({dense}), 0) + 1 FROM {table})\n"
            f"  THEN RAISE EXCEPTION '{table}: not the next {dense}'; END IF;\n"
            "  RETURN NEW;\n"
            "END $$"
        )
        statements.append(
            f"CREATE TRIGGER {table}_dense BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION argo_{table}_dense()"
        )
    return statements
