"""The durable tracker on SQLite (aiosqlite) or PostgreSQL (asyncpg): extras `sql` and `postgres`."""

from argo_core.adapters.sql.alert_reader import SqlAlertReader
from argo_core.adapters.sql.alert_store import SqlAlertStore
from argo_core.adapters.sql.audit_reader import SqlAuditReader
from argo_core.adapters.sql.bar_window import SqlBarWindow
from argo_core.adapters.sql.cosignature_store import SqlCosignatureStore
from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.decision_reader import SqlDecisionReader
from argo_core.adapters.sql.exchange_store import SqlExchangeStore
from argo_core.adapters.sql.execution_journal import SqlExecutionJournal
from argo_core.adapters.sql.execution_reports import SqlExecutionReportStore
from argo_core.adapters.sql.executor_reader import SqlExecutorReader
from argo_core.adapters.sql.halt_log import SqlHaltLog
from argo_core.adapters.sql.lab_runs import SqlLabRuns
from argo_core.adapters.sql.ledger_reader import SqlLedgerReader
from argo_core.adapters.sql.ledger_store import SqlLedgerStore
from argo_core.adapters.sql.opinion_bill import SqlOpinionBill
from argo_core.adapters.sql.opinion_log import SqlOpinionLog
from argo_core.adapters.sql.opinion_spending import SqlOpinionSpending
from argo_core.adapters.sql.outbox import SqlOutbox
from argo_core.adapters.sql.resolved_reader import SqlResolvedReader
from argo_core.adapters.sql.signal_inbox import SqlSignalInbox
from argo_core.adapters.sql.signal_log import SqlSignalLog
from argo_core.adapters.sql.signal_reader import SqlSignalReader
from argo_core.adapters.sql.trial_ledger import SqlTrialLedger
from argo_core.adapters.sql.watch_log import SqlWatchLog

__all__ = [
    "Database",
    "SqlAlertReader",
    "SqlAlertStore",
    "SqlAuditReader",
    "SqlBarWindow",
    "SqlCosignatureStore",
    "SqlDecisionReader",
    "SqlExchangeStore",
    "SqlExecutionJournal",
    "SqlExecutionReportStore",
    "SqlExecutorReader",
    "SqlHaltLog",
    "SqlLabRuns",
    "SqlLedgerReader",
    "SqlLedgerStore",
    "SqlOpinionBill",
    "SqlOpinionLog",
    "SqlOpinionSpending",
    "SqlOutbox",
    "SqlResolvedReader",
    "SqlSignalInbox",
    "SqlSignalLog",
    "SqlSignalReader",
    "SqlTrialLedger",
    "SqlWatchLog",
]
