"""The durable tracker on SQLite (aiosqlite) or PostgreSQL (asyncpg): extras `sql` and `postgres`."""

from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.decision_reader import SqlDecisionReader
from argo_core.adapters.sql.outbox import SqlOutbox
from argo_core.adapters.sql.signal_log import SqlSignalLog
from argo_core.adapters.sql.signal_reader import SqlSignalReader

__all__ = ["Database", "SqlDecisionReader", "SqlOutbox", "SqlSignalLog", "SqlSignalReader"]
