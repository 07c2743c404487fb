"""The provable log: entries, stored hashes, signed notes, cosignatures; and where each signal stands in it.

`log_leaf`, `log_hash` and `log_checkpoint` hold all that a proof needs; the tables behind them find entries without
reading the log, and hold the salts, which are secret until they are revealed. Times and figures as in `tables`.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from argo_core.adapters.sql.columns import POSITION, figure, number, text
from argo_core.adapters.sql.executor_tables import METADATA

__all__ = [
    "LOG_ANCHOR",
    "LOG_CHECKPOINT",
    "LOG_COSIGNATURE",
    "LOG_FACT",
    "LOG_HASH",
    "LOG_LEAF",
    "METADATA",
    "OUTCOME_ENTRY",
    "REALISED_SEAL",
    "REVEAL_LOG",
    "SIGNAL_SEAL",
]


def _hash_column(name: str) -> Column[bytes]:
    return Column(name, LargeBinary(), nullable=False)


# 65,535 bytes is the most that an entry bundle of C2SP tlog-tiles can carry. SQLite cannot hash.
LOG_LEAF = Table(
    "log_leaf",
    METADATA,
    number("idx"),
    Column("entry", LargeBinary(), nullable=False),
    _hash_column("leaf_hash"),
    UniqueConstraint("leaf_hash"),
    CheckConstraint("length(entry) BETWEEN 1 AND 65535", name="entry"),
    CheckConstraint("length(leaf_hash) = 32", name="length"),
    CheckConstraint("leaf_hash = sha256('\\x00'::bytea || entry)", name="hash").ddl_if(dialect="postgresql"),
)

LOG_HASH = Table(
    "log_hash", METADATA, number("pos"), _hash_column("h"), CheckConstraint("length(h) = 32", name="length")
)

LOG_CHECKPOINT = Table(
    "log_checkpoint",
    METADATA,
    number("size"),
    _hash_column("root"),
    Column("note", LargeBinary(), nullable=False),
    text("signed_at", required=True),
    CheckConstraint("length(root) = 32", name="length"),
)

LOG_COSIGNATURE = Table(
    "log_cosignature",
    METADATA,
    Column("size", POSITION, ForeignKey("log_checkpoint.size"), primary_key=True, autoincrement=False),
    Column("key_name", Text(), primary_key=True),
    Column("ts", BigInteger(), primary_key=True, autoincrement=False),
    Column("line", LargeBinary(), nullable=False),
)

LOG_ANCHOR = Table(
    "log_anchor",
    METADATA,
    Column("size", POSITION, ForeignKey("log_checkpoint.size"), primary_key=True, autoincrement=False),
    Column("authority", Text(), primary_key=True),
    text("not_later_than", required=True),
    Column("receipt", LargeBinary(), nullable=False),
)

SIGNAL_SEAL = Table(
    "signal_seal",
    METADATA,
    Column("signal_id", Text(), ForeignKey("signal_log.signal_id"), primary_key=True),
    Column("leaf_index", POSITION, ForeignKey("log_leaf.idx"), nullable=False),
    text("stream", required=True),
    Column("seq", BigInteger(), nullable=False),
    text("commitment", required=True),
    Column("salt", LargeBinary(), nullable=False),
    text("reveal_by", required=True),
    UniqueConstraint("leaf_index"),
    UniqueConstraint("stream", "seq"),
    CheckConstraint("length(salt) = 32", name="salt"),
)

REVEAL_LOG = Table(
    "reveal_log",
    METADATA,
    Column("signal_id", Text(), ForeignKey("signal_seal.signal_id"), primary_key=True),
    Column("leaf_index", POSITION, ForeignKey("log_leaf.idx"), nullable=False),
    UniqueConstraint("leaf_index"),
)

# Beside each outcome of ours: its entry, if its signal was sealed, and what was left after the stated costs.
OUTCOME_ENTRY = Table(
    "outcome_entry",
    METADATA,
    Column("signal_id", Text(), ForeignKey("outcome_log.signal_id"), primary_key=True),
    Column("leaf_index", POSITION, ForeignKey("log_leaf.idx")),
    figure("net_pct"),
    UniqueConstraint("leaf_index"),
)

# Trades that were named to the distributors; one that came back from a copy of the log may have no report here.
REALISED_SEAL = Table(
    "realised_seal",
    METADATA,
    text("trade_id", required=True),
    Column("leaf_index", POSITION, ForeignKey("log_leaf.idx")),
    PrimaryKeyConstraint("trade_id"),
    UniqueConstraint("leaf_index"),
)

LOG_FACT = Table(
    "log_fact",
    METADATA,
    Column("leaf_index", POSITION, ForeignKey("log_leaf.idx"), primary_key=True, autoincrement=False),
    text("kind", required=True),
    text("subject", required=True),
    text("digest", required=True),
    Column("count", BigInteger(), nullable=False),
)
