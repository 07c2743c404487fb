"""The tables, for reading and for comparing with the migrations. Times are texts as `write_moment` writes them."""

from __future__ import annotations

from sqlalchemy import (
    REAL,
    BigInteger,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

METADATA = MetaData()
_NUMBER = BigInteger().with_variant(Integer(), "sqlite")
FLOAT = Double[float]().with_variant(REAL(), "sqlite")

RECORDS = Table(
    "records",
    METADATA,
    Column("cursor", _NUMBER, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("recorded_at", Text, nullable=False),
    UniqueConstraint("kind", "name", name="records_kind_name_key"),
    CheckConstraint("kind IN ('signal', 'outcome')", name="records_kind_check"),
)

SIGNALS = Table(
    "signals",
    METADATA,
    Column("cursor", _NUMBER, ForeignKey("records.cursor"), primary_key=True, autoincrement=False),
    Column("signal_id", Text, nullable=False),
    Column("symbol", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("entry_price", FLOAT, nullable=False),
    Column("target_price", FLOAT),
    Column("stop_price", FLOAT),
    Column("confidence", FLOAT, nullable=False),
    Column("strategy", Text, nullable=False),
    Column("timestamp", Text, nullable=False),
    Column("scheme", Text, nullable=False),
    Column("verification_hash", Text, nullable=False),
    Column("legacy_preimage", Text),
    Column("asset_type", Text),
    Column("data_source", Text),
    Column("regime", Text),
    Column("reasoning", Text),
    Column("win_probability", FLOAT),
    Column("votes", Text, nullable=False),
    Column("decision", Text, nullable=False),
    Column("as_of", Text),
    Column("service_type", Text),
    Column("generated_by", Text),
    Column("generation_latency_ms", FLOAT),
    Column("body", LargeBinary, nullable=False),
    Column("received_at", Text, nullable=False),
    UniqueConstraint("signal_id", name="signals_signal_id_key"),
    CheckConstraint("length(verification_hash) = 64", name="signals_hash_check"),
    Index("signals_symbol_cursor", "symbol", "cursor"),
    Index("signals_confidence_cursor", "confidence", "cursor"),
    Index("signals_regime_cursor", "regime", "cursor"),
)

OUTCOMES = Table(
    "outcomes",
    METADATA,
    Column("cursor", _NUMBER, ForeignKey("records.cursor"), primary_key=True, autoincrement=False),
    Column("signal_id", Text, ForeignKey("signals.signal_id"), nullable=False),
    Column("outcome", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("exit_price", FLOAT),
    Column("exit_at", Text, nullable=False),
    Column("profit_loss_pct", FLOAT),
    Column("recorded_at", Text, nullable=False),
    Column("net_pct", FLOAT),
    UniqueConstraint("signal_id", name="outcomes_signal_id_key"),
)

MARKS = Table(
    "marks",
    METADATA,
    Column("id", _NUMBER, primary_key=True, autoincrement=False),
    Column("symbol", Text, nullable=False),
    Column("timeframe", Text, nullable=False),
    Column("start", Text, nullable=False),
    Column("open", FLOAT, nullable=False),
    Column("high", FLOAT, nullable=False),
    Column("low", FLOAT, nullable=False),
    Column("close", FLOAT, nullable=False),
    Column("volume", FLOAT, nullable=False),
    Column("origin", Text, nullable=False),
    Column("recorded_at", Text, nullable=False),
    UniqueConstraint("symbol", "timeframe", "start", name="marks_bar_key"),
)

ALARMS = Table(
    "alarms",
    METADATA,
    Column("id", _NUMBER, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("stored", Text, nullable=False),
    Column("offered", Text, nullable=False),
    Column("offered_sha256", Text, nullable=False),
    Column("evidence", LargeBinary, nullable=False),
    Column("raised_at", Text, nullable=False),
    UniqueConstraint("subject", "kind", "offered_sha256", name="alarms_content_key"),
)

ACCOUNTS = Table(
    "accounts",
    METADATA,
    Column("account_id", Text, primary_key=True),
    Column("email", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("tier", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    UniqueConstraint("email", name="accounts_email_key"),
)

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("token_hash", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.account_id"), nullable=False),
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Index("sessions_expires_at", "expires_at"),
)

FAILED_SIGN_INS = Table(
    "failed_sign_ins",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", Text, nullable=False),
)
