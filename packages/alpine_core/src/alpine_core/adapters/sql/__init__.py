"""The durable store on SQLite (aiosqlite) or PostgreSQL (asyncpg): extras `sql` and `postgres`."""

from alpine_core.adapters.sql.accounts import SqlAccounts
from alpine_core.adapters.sql.alarm_shelf import SqlAlarmShelf
from alpine_core.adapters.sql.audit_shelf import SqlAuditShelf
from alpine_core.adapters.sql.database import Database
from alpine_core.adapters.sql.failed_sign_ins import SqlFailedSignIns
from alpine_core.adapters.sql.mark_shelf import SqlMarkShelf
from alpine_core.adapters.sql.sessions import SqlSessions
from alpine_core.adapters.sql.signal_shelf import SqlSignalShelf
from alpine_core.adapters.sql.signal_store import SqlSignalStore
from alpine_core.adapters.sql.upgrade import UpgradeReport, upgrade

__all__ = [
    "Database",
    "SqlAccounts",
    "SqlAlarmShelf",
    "SqlAuditShelf",
    "SqlFailedSignIns",
    "SqlMarkShelf",
    "SqlSessions",
    "SqlSignalShelf",
    "SqlSignalStore",
    "UpgradeReport",
    "upgrade",
]
