"""The durable store on SQLite (aiosqlite) or PostgreSQL (asyncpg): extras `sql` and `postgres`."""

from alpine_core.adapters.sql.account_acts import SqlAccountActs
from alpine_core.adapters.sql.account_shelf import SqlAccountShelf
from alpine_core.adapters.sql.accounts import SqlAccounts
from alpine_core.adapters.sql.alarm_shelf import SqlAlarmShelf
from alpine_core.adapters.sql.api_keys import SqlApiKeys
from alpine_core.adapters.sql.audit_shelf import SqlAuditShelf
from alpine_core.adapters.sql.billing_shelf import SqlBillingShelf
from alpine_core.adapters.sql.credentials import SqlCredentials
from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.delivery_queue import SqlDeliveries
from alpine_core.adapters.sql.failed_sign_ins import SqlFailedSignIns
from alpine_core.adapters.sql.inbox_shelf import SqlInbox
from alpine_core.adapters.sql.integrity_book import SqlIntegrityBook
from alpine_core.adapters.sql.log_mirror import SqlLogMirror
from alpine_core.adapters.sql.log_watch import SqlLogWatch
from alpine_core.adapters.sql.mark_shelf import SqlMarkShelf
from alpine_core.adapters.sql.minute_log import SqlMinuteLog
from alpine_core.adapters.sql.monthly import SqlMonthly
from alpine_core.adapters.sql.notice_ledger import SqlNoticeLedger
from alpine_core.adapters.sql.notice_rules import SqlNoticeRules
from alpine_core.adapters.sql.operator_alerts import SqlOperatorAlerts
from alpine_core.adapters.sql.outbox import SqlOutbox
from alpine_core.adapters.sql.realised_shelf import SqlRealisedShelf
from alpine_core.adapters.sql.receipts import SqlReceipts
from alpine_core.adapters.sql.record_shelf import SqlRecordShelf
from alpine_core.adapters.sql.security_log import SqlSecurityLog
from alpine_core.adapters.sql.sessions import SqlSessions
from alpine_core.adapters.sql.signal_shelf import SqlSignalShelf
from alpine_core.adapters.sql.signal_store import SqlSignalStore
from alpine_core.adapters.sql.terms_shelf import SqlTermsShelf
from alpine_core.adapters.sql.tokens import SqlTokens
from alpine_core.adapters.sql.upgrade import UpgradeReport, upgrade
from alpine_core.adapters.sql.webhook_ids import SqlWebhookIds
from alpine_core.adapters.sql.webhook_store import SqlWebhooks
from alpine_core.adapters.sql.witness_store import SqlWitnessStore

__all__ = [
    "Database",
    "SqlAccountActs",
    "SqlAccountShelf",
    "SqlAccounts",
    "SqlAlarmShelf",
    "SqlApiKeys",
    "SqlAuditShelf",
    "SqlBillingShelf",
    "SqlCredentials",
    "SqlDeliveries",
    "SqlFailedSignIns",
    "SqlInbox",
    "SqlIntegrityBook",
    "SqlLogMirror",
    "SqlLogWatch",
    "SqlMarkShelf",
    "SqlMinuteLog",
    "SqlMonthly",
    "SqlNoticeLedger",
    "SqlNoticeRules",
    "SqlOperatorAlerts",
    "SqlOutbox",
    "SqlRealisedShelf",
    "SqlReceipts",
    "SqlRecordShelf",
    "SqlSecurityLog",
    "SqlSessions",
    "SqlSignalShelf",
    "SqlSignalStore",
    "SqlTermsShelf",
    "SqlTokens",
    "SqlWebhookIds",
    "SqlWebhooks",
    "SqlWitnessStore",
    "UpgradeReport",
    "upgrade",
]
