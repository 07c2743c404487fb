"""Every port's contract on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest

from alpine_core.adapters.sql import (
    Database,
    SqlAccounts,
    SqlAlarmShelf,
    SqlAuditShelf,
    SqlFailedSignIns,
    SqlMarkShelf,
    SqlSessions,
    SqlSignalShelf,
    SqlSignalStore,
)
from alpine_core.testing.contracts.accounts import AccountsContract
from alpine_core.testing.contracts.audit_shelf import AuditShelfContract
from alpine_core.testing.contracts.mark_shelf import MarkShelfContract
from alpine_core.testing.contracts.signal_shelf import SignalShelfContract
from alpine_core.testing.contracts.signal_store import SignalStoreContract
from alpine_core.testing.signal_house import SignalHouse


@pytest.fixture
def house(database: Database) -> SignalHouse:
    return SignalHouse(
        SqlSignalStore(database),
        SqlSignalShelf(database),
        SqlMarkShelf(database),
        SqlAlarmShelf(database),
        SqlAuditShelf(database),
    )


@pytest.fixture
def accounts(database: Database) -> SqlAccounts:
    return SqlAccounts(database)


@pytest.fixture
def sessions(database: Database) -> SqlSessions:
    return SqlSessions(database)


@pytest.fixture
def failures(database: Database) -> SqlFailedSignIns:
    return SqlFailedSignIns(database)


class TestSqlSignalStore(SignalStoreContract):
    pass


class TestSqlSignalShelf(SignalShelfContract):
    pass


class TestSqlMarkShelf(MarkShelfContract):
    pass


class TestSqlAuditShelf(AuditShelfContract):
    pass


class TestSqlAccounts(AccountsContract):
    pass
