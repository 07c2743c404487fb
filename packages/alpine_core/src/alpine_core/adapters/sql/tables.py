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
    Index("alarms_raised_at", "raised_at"),
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
    Column("email_verified", Integer, nullable=False, server_default="1"),
    Column("display_name", Text, nullable=False, server_default=""),
    Column("locked_at", Text),
    UniqueConstraint("email", name="accounts_email_key"),
)

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("token_hash", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.account_id"), nullable=False),
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("seen_at", Text),
    Column("address", Text, nullable=False, server_default=""),
    Column("agent", Text, nullable=False, server_default=""),
    Index("sessions_expires_at", "expires_at"),
    Index("sessions_account", "account_id"),
)

FAILED_SIGN_INS = Table(
    "failed_sign_ins",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", Text, nullable=False),
)

SECURITY_EVENTS = Table(
    "security_events",
    METADATA,
    Column("id", _NUMBER, primary_key=True, autoincrement=False),
    Column("account_id", Text),
    Column("actor_id", Text),
    Column("kind", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("at", Text, nullable=False),
    Index("security_events_account", "account_id", "id"),
)

SINGLE_USE_TOKENS = Table(
    "single_use_tokens",
    METADATA,
    Column("token_hash", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.account_id", ondelete="CASCADE"), nullable=False),
    Column("purpose", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Index("single_use_tokens_account", "account_id", "purpose"),
    Index("single_use_tokens_expires_at", "expires_at"),
)

SECOND_FACTORS = Table(
    "second_factors",
    METADATA,
    Column("account_id", Text, ForeignKey("accounts.account_id", ondelete="CASCADE"), primary_key=True),
    Column("secret", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("confirmed_at", Text),
    Column("last_step", _NUMBER, nullable=False),
)

RECOVERY_CODES = Table(
    "recovery_codes",
    METADATA,
    Column("code_hash", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.account_id", ondelete="CASCADE"), nullable=False),
    Index("recovery_codes_account", "account_id"),
)

MAILS = Table(
    "mails",
    METADATA,
    Column("id", _NUMBER, primary_key=True, autoincrement=False),
    Column("message_id", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("next_at", Text, nullable=False),
    Column("last_error", Text, nullable=False),
    UniqueConstraint("message_id", name="mails_message_id_key"),
    Index("mails_state_next_at", "state", "next_at"),
)

DELIVERY_RECEIPTS = Table(
    "delivery_receipts",
    METADATA,
    Column("account_id", Text, primary_key=True),
    Column("cursor", _NUMBER, ForeignKey("signals.cursor"), primary_key=True, autoincrement=False),
    Column("tier", Text, nullable=False),
    Column("sealed", Integer, nullable=False),
    Column("live", Integer, nullable=False),
    Column("received_at", Text, nullable=False),
    Column("from_generation_ms", FLOAT),
    Column("from_ingest_ms", FLOAT, nullable=False),
    CheckConstraint("sealed IN (0, 1) AND live IN (0, 1)", name="delivery_receipts_flags_check"),
    Index("delivery_receipts_received_at", "received_at"),
)

TIER_TERMS = Table(
    "tier_terms",
    METADATA,
    Column("id", _NUMBER, primary_key=True, autoincrement=False),
    Column("tier", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
)

API_KEYS = Table(
    "api_keys",
    METADATA,
    Column("key_id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.account_id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("prefix", Text, nullable=False),
    Column("secret_hash", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("last_used_at", Text),
    Column("revoked_at", Text),
    UniqueConstraint("secret_hash", name="api_keys_secret_key"),
    Index("api_keys_account", "account_id"),
)

API_TOKENS = Table(
    "api_tokens",
    METADATA,
    Column("token_hash", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("family", Text, nullable=False),
    Column("account_id", Text, ForeignKey("accounts.account_id", ondelete="CASCADE"), nullable=False),
    Column("password_mark", Text, nullable=False),
    Column("issued_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("spent_at", Text),
    Index("api_tokens_expires_at", "expires_at"),
    Index("api_tokens_family", "family"),
)

BILLING_BOOKS = Table(
    "billing_books",
    METADATA,
    Column("account_id", Text, ForeignKey("accounts.account_id", ondelete="CASCADE"), primary_key=True),
    Column("version", _NUMBER, nullable=False),
    Column("customer_id", Text, nullable=False),
)

SUBSCRIPTIONS = Table(
    "subscriptions",
    METADATA,
    Column("subscription_id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.account_id", ondelete="CASCADE"), nullable=False),
    Column("tier", Text),
    Column("state", Text, nullable=False),
    Column("granted", Text, nullable=False),
    Column("seen_at", Text, nullable=False),
    Column("period_end", Text),
    Column("next_tier", Text),
    Column("next_at", Text),
    Column("failed_at", Text),
    Index("subscriptions_account", "account_id"),
)

INVOICES = Table(
    "invoices",
    METADATA,
    Column("invoice_id", Text, primary_key=True),
    Column("account_id", Text, nullable=False),
    Column("amount_cents", _NUMBER, nullable=False),
    Column("currency", Text, nullable=False),
    Column("paid_at", Text, nullable=False),
    Index("invoices_account", "account_id"),
)

PAYMENT_NOTICES = Table(
    "payment_notices",
    METADATA,
    Column("notice_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("taken_at", Text, nullable=False),
)

NOTICE_RULES = Table(
    "notice_rules",
    METADATA,
    Column("rule_id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.account_id", ondelete="CASCADE"), nullable=False),
    Column("filter", Text, nullable=False),
    Column("channels", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Index("notice_rules_account", "account_id"),
)

NOTICE_POSITIONS = Table(
    "notice_positions",
    METADATA,
    Column("tier", Text, primary_key=True),
    Column("position", Text, nullable=False),
)

NOTICES = Table(
    "notices",
    METADATA,
    Column("account_id", Text, ForeignKey("accounts.account_id", ondelete="CASCADE"), primary_key=True),
    Column("number", _NUMBER, primary_key=True, autoincrement=False),
    Column("cursor", _NUMBER, nullable=False),
    Column("kind", Text, nullable=False),
    Column("shown", Integer, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("read_at", Text),
    UniqueConstraint("account_id", "cursor", name="notices_record_key"),
    CheckConstraint("shown IN (0, 1)", name="notices_shown_check"),
    Index("notices_created_at", "created_at"),
)

WEBHOOK_ENDPOINTS = Table(
    "webhook_endpoints",
    METADATA,
    Column("endpoint_id", Text, primary_key=True),
    Column("account_id", Text, ForeignKey("accounts.account_id", ondelete="CASCADE"), nullable=False),
    Column("sealed", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Index("webhook_endpoints_account", "account_id"),
)

WEBHOOK_DELIVERIES = Table(
    "webhook_deliveries",
    METADATA,
    Column("delivery_id", Text, primary_key=True),
    Column("endpoint_id", Text, ForeignKey("webhook_endpoints.endpoint_id", ondelete="CASCADE"), nullable=False),
    Column("account_id", Text, nullable=False),
    Column("cursor", _NUMBER, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("queued_at", Text, nullable=False),
    Column("next_at", Text, nullable=False),
    Column("leased_until", Text, nullable=False),
    Column("last_status", Integer),
    Column("last_error", Text, nullable=False),
    Index("webhook_deliveries_account", "account_id", "queued_at"),
    Index("webhook_deliveries_endpoint", "endpoint_id", "leased_until"),
    Index("webhook_deliveries_state", "state", "next_at"),
)

MONTHLY_REPORTS = Table(
    "monthly_reports",
    METADATA,
    Column("month", Text, primary_key=True),
    Column("made_at", Text, nullable=False),
    Column("body", Text, nullable=False),
)

MONTHLY_READERS = Table(
    "monthly_readers",
    METADATA,
    Column("account_id", Text, ForeignKey("accounts.account_id", ondelete="CASCADE"), primary_key=True),
    Column("asked_at", Text, nullable=False),
)

UP_MINUTES = Table("up_minutes", METADATA, Column("minute", Integer, primary_key=True, autoincrement=False))

OPERATOR_ALERTS = Table(
    "operator_alerts",
    METADATA,
    Column("number", _NUMBER, primary_key=True, autoincrement=False),
    Column("alert_id", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("critical", Integer, nullable=False),
    Column("at", Text, nullable=False),
    Column("ended", Integer, nullable=False),
    UniqueConstraint("alert_id", name="operator_alerts_id_key"),
    CheckConstraint("critical IN (0, 1)", name="operator_alerts_critical_check"),
    CheckConstraint("ended IN (0, 1)", name="operator_alerts_ended_check"),
)

OPERATOR_MATTERS = Table(
    "operator_matters",
    METADATA,
    Column("rule", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("message", Text, nullable=False),
)

INTEGRITY_CHECKS = Table(
    "integrity_checks",
    METADATA,
    Column("kind", Text, primary_key=True),
    Column("since", Text, nullable=False),
    Column("began_at", Text),
    Column("finished_at", Text),
    Column("checked", _NUMBER, nullable=False),
    Column("failed", _NUMBER, nullable=False),
)

INTEGRITY_FINDINGS = Table(
    "integrity_findings",
    METADATA,
    Column("number", _NUMBER, primary_key=True, autoincrement=False),
    Column("subject", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("found_at", Text, nullable=False),
    UniqueConstraint("subject", "words", name="integrity_findings_content_key"),
)

ALERT_DELIVERIES = Table(
    "alert_deliveries",
    METADATA,
    Column("channel", Text, primary_key=True),
    Column("number", _NUMBER, ForeignKey("operator_alerts.number"), primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Index("alert_deliveries_waiting", "channel", "state", "number"),
    Index("alert_deliveries_number", "number"),
)
