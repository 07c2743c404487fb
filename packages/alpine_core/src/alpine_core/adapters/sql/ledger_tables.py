"""The tables of the provable record, for reading and for comparing with the migrations.

`log` numbers the origins; `place` counts a log's entries and kept hashes from 0.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from alpine_core.adapters.sql.tables import FLOAT, METADATA

_NUMBER = BigInteger().with_variant(Integer(), "sqlite")


def _number(name: str, *, key: bool = False) -> Column[int]:
    return Column(name, _NUMBER, primary_key=key, nullable=False, autoincrement=False)


def _text(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=False)


def _log(*, key: bool = False) -> Column[int]:
    return Column("log", _NUMBER, ForeignKey("log_origins.log"), primary_key=key, nullable=False, autoincrement=False)


LOG_ORIGINS = Table(
    "log_origins",
    METADATA,
    _number("log", key=True),
    _text("origin"),
    _text("first_seen_at"),
    UniqueConstraint("origin", name="log_origins_origin_key"),
)

WITNESSED_CHECKPOINTS = Table(
    "witnessed_checkpoints",
    METADATA,
    _log(key=True),
    _number("size", key=True),
    Column("root", LargeBinary, nullable=False),
    _text("note"),
    _text("received_at"),
    CheckConstraint("length(root) = 32", name="witnessed_checkpoints_root_check"),
)

COSIGNATURES = Table(
    "cosignatures",
    METADATA,
    _number("log", key=True),
    _number("size", key=True),
    _text("vkey", key=True),
    _number("time", key=True),
    _text("name"),
    _text("line"),
    ForeignKeyConstraint(
        ["log", "size"],
        ["witnessed_checkpoints.log", "witnessed_checkpoints.size"],
        name="cosignatures_checkpoint_fkey",
    ),
)

LOG_ENTRIES = Table(
    "log_entries",
    METADATA,
    _log(key=True),
    _number("place", key=True),
    Column("entry", LargeBinary, nullable=False),
    Column("leaf_hash", LargeBinary, nullable=False),
    CheckConstraint("length(entry) BETWEEN 1 AND 65535", name="log_entries_entry_check"),
    CheckConstraint("length(leaf_hash) = 32", name="log_entries_hash_check"),
)

LOG_HASHES = Table(
    "log_hashes",
    METADATA,
    _log(key=True),
    _number("place", key=True),
    Column("hash", LargeBinary, nullable=False),
    CheckConstraint("length(hash) = 32", name="log_hashes_hash_check"),
)

LOG_SIGNALS = Table(
    "log_signals",
    METADATA,
    _number("log", key=True),
    _number("leaf_index", key=True),
    _text("stream"),
    _number("seq"),
    _text("at"),
    _text("reveal_by"),
    _text("commitment"),
    ForeignKeyConstraint(
        ["log", "leaf_index"], ["log_entries.log", "log_entries.place"], name="log_signals_entry_fkey"
    ),
    Index("log_signals_stream_seq", "log", "stream", "seq"),
    Index("log_signals_reveal_by", "reveal_by"),
)

SEALS = Table(
    "seals",
    METADATA,
    Column("cursor", _NUMBER, ForeignKey("signals.cursor"), primary_key=True, autoincrement=False),
    _log(),
    _number("leaf_index"),
    _text("stream"),
    _number("seq"),
    _text("at"),
    _text("reveal_by"),
    _text("salt"),
    _text("entry"),
    _text("tlog_proof"),
    _number("size"),
    UniqueConstraint("log", "leaf_index", name="seals_leaf_key"),
    UniqueConstraint("log", "stream", "seq", name="seals_seq_key"),
)

OUTCOME_SEALS = Table(
    "outcome_seals",
    METADATA,
    Column("cursor", _NUMBER, ForeignKey("outcomes.cursor"), primary_key=True, autoincrement=False),
    _log(),
    _number("leaf_index"),
    _number("of_leaf"),
    _text("entry"),
    _text("tlog_proof"),
    _number("size"),
    UniqueConstraint("log", "leaf_index", name="outcome_seals_leaf_key"),
)

# Finished trades: `statement` is what the log commits to, three members of it are columns for reckoning with.
REALISED = Table(
    "realised",
    METADATA,
    _number("id", key=True),
    _text("trade_id"),
    Column("signal_id", Text, ForeignKey("signals.signal_id"), nullable=False),
    _text("executor_id"),
    _text("mode"),
    Column("net_pct", FLOAT, nullable=False),
    _text("statement"),
    Column("log", _NUMBER, ForeignKey("log_origins.log")),
    Column("leaf_index", _NUMBER),
    Column("entry", Text),
    Column("tlog_proof", Text),
    Column("size", _NUMBER),
    _text("recorded_at"),
    UniqueConstraint("trade_id", name="realised_trade_key"),
    UniqueConstraint("log", "leaf_index", name="realised_leaf_key"),
    Index("realised_signal", "signal_id", "id"),
)

REVEALS = Table(
    "reveals",
    METADATA,
    _number("log", key=True),
    _number("of_leaf", key=True),
    _number("leaf_index"),
    _text("revealed_at"),
    ForeignKeyConstraint(["log", "of_leaf"], ["log_signals.log", "log_signals.leaf_index"], name="reveals_signal_fkey"),
)

REPINS = Table(
    "repins",
    METADATA,
    _number("id", key=True),
    _text("origin"),
    _text("reason"),
    _text("decided_at"),
    _number("last_alarm"),
    CheckConstraint("length(reason) > 0", name="repins_reason_check"),
)

WEBHOOK_IDS = Table(
    "webhook_ids",
    METADATA,
    _text("webhook_id", key=True),
    _text("seen_at"),
    Index("webhook_ids_seen_at", "seen_at"),
)
