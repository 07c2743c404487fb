"""Every port's contract on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest

from alpine_core.adapters.secret_box import SecretBox
from alpine_core.adapters.sql import (
    Database,
    SqlAccountActs,
    SqlAccounts,
    SqlAccountShelf,
    SqlAlarmShelf,
    SqlApiKeys,
    SqlAuditShelf,
    SqlBillingShelf,
    SqlCredentials,
    SqlDeliveries,
    SqlFailedSignIns,
    SqlInbox,
    SqlIntegrityBook,
    SqlLogMirror,
    SqlLogWatch,
    SqlMarkShelf,
    SqlMinuteLog,
    SqlMonthly,
    SqlNoticeLedger,
    SqlNoticeRules,
    SqlOperatorAlerts,
    SqlOutbox,
    SqlRealisedShelf,
    SqlReceipts,
    SqlRecordShelf,
    SqlSecurityLog,
    SqlSessions,
    SqlSignalShelf,
    SqlSignalStore,
    SqlTermsShelf,
    SqlTokens,
    SqlWebhookIds,
    SqlWebhooks,
    SqlWitnessStore,
)
from alpine_core.testing.contracts.account_acts import AccountActsContract
from alpine_core.testing.contracts.accounts import AccountsContract
from alpine_core.testing.contracts.api_keys import ApiKeysContract
from alpine_core.testing.contracts.audit_shelf import AuditShelfContract
from alpine_core.testing.contracts.billing import BillingContract, WholeAccountContract
from alpine_core.testing.contracts.integrity_book import IntegrityBookContract
from alpine_core.testing.contracts.log_mirror import LogMirrorContract
from alpine_core.testing.contracts.log_watch import LogWatchContract
from alpine_core.testing.contracts.mark_shelf import MarkShelfContract
from alpine_core.testing.contracts.minute_log import MinuteLogContract
from alpine_core.testing.contracts.monthly import MonthlyContract
from alpine_core.testing.contracts.notices import DeliveriesContract, NoticesContract
from alpine_core.testing.contracts.operator_alerts import OperatorAlertsContract
from alpine_core.testing.contracts.outbox import OutboxContract
from alpine_core.testing.contracts.realised import RealisedContract
from alpine_core.testing.contracts.receipts import ReceiptsContract
from alpine_core.testing.contracts.record_shelf import RecordShelfContract
from alpine_core.testing.contracts.sealed_signals import SealedSignalsContract
from alpine_core.testing.contracts.security_log import SecurityLogContract
from alpine_core.testing.contracts.signal_shelf import SignalShelfContract
from alpine_core.testing.contracts.signal_store import SignalStoreContract
from alpine_core.testing.contracts.terms_shelf import TermsShelfContract
from alpine_core.testing.contracts.tokens import TokensContract
from alpine_core.testing.contracts.webhook_ids import WebhookIdsContract
from alpine_core.testing.contracts.witness_store import WitnessStoreContract
from alpine_core.testing.notice_house import NoticeHouse
from alpine_core.testing.signal_house import SignalHouse


@pytest.fixture
def house(database: Database) -> SignalHouse:
    return SignalHouse(
        SqlSignalStore(database),
        SqlSignalShelf(database),
        SqlMarkShelf(database),
        SqlAlarmShelf(database),
        SqlAuditShelf(database),
        SqlWitnessStore(database),
        SqlLogMirror(database),
        SqlLogWatch(database),
        SqlRealisedShelf(database),
        SqlRealisedShelf(database),
        SqlRecordShelf(database),
    )


@pytest.fixture
def accounts(database: Database) -> SqlAccounts:
    return SqlAccounts(database)


@pytest.fixture
def api_keys(database: Database) -> SqlApiKeys:
    return SqlApiKeys(database)


@pytest.fixture
def sessions(database: Database) -> SqlSessions:
    return SqlSessions(database)


@pytest.fixture
def failures(database: Database) -> SqlFailedSignIns:
    return SqlFailedSignIns(database)


@pytest.fixture
def receipts(database: Database) -> SqlReceipts:
    return SqlReceipts(database)


@pytest.fixture
def security_log(database: Database) -> SqlSecurityLog:
    return SqlSecurityLog(database)


BOX = SecretBox("a key of this test")


@pytest.fixture
def acts(database: Database) -> SqlAccountActs:
    return SqlAccountActs(database, BOX)


@pytest.fixture
def account_shelf(database: Database) -> SqlAccountShelf:
    return SqlAccountShelf(database)


@pytest.fixture
def billing(database: Database) -> SqlBillingShelf:
    return SqlBillingShelf(database)


@pytest.fixture
def credentials(database: Database) -> SqlCredentials:
    return SqlCredentials(database, BOX)


@pytest.fixture
def outbox(database: Database) -> SqlOutbox:
    return SqlOutbox(database, BOX)


@pytest.fixture
def notice_house(database: Database) -> NoticeHouse:
    deliveries = SqlDeliveries(database, BOX)
    return NoticeHouse(
        SqlAccounts(database),
        SqlNoticeRules(database),
        SqlNoticeLedger(database, BOX),
        SqlInbox(database),
        SqlWebhooks(database, BOX),
        deliveries,
        deliveries,
        SqlOutbox(database, BOX),
    )


@pytest.fixture
def terms_shelf(database: Database) -> SqlTermsShelf:
    return SqlTermsShelf(database)


@pytest.fixture
def tokens(database: Database) -> SqlTokens:
    return SqlTokens(database)


@pytest.fixture
def webhook_ids(database: Database) -> SqlWebhookIds:
    return SqlWebhookIds(database)


class TestSqlSignalStore(SignalStoreContract):
    pass


class TestSqlSignalShelf(SignalShelfContract):
    pass


class TestSqlMarkShelf(MarkShelfContract):
    pass


class TestSqlAuditShelf(AuditShelfContract):
    pass


class TestSqlWitnessStore(WitnessStoreContract):
    pass


class TestSqlLogMirror(LogMirrorContract):
    pass


class TestSqlLogWatch(LogWatchContract):
    pass


class TestSqlSealedSignals(SealedSignalsContract):
    pass


class TestSqlWebhookIds(WebhookIdsContract):
    pass


class TestSqlApiKeys(ApiKeysContract):
    pass


class TestSqlTokens(TokensContract):
    pass


class TestSqlAccounts(AccountsContract):
    pass


class TestSqlReceipts(ReceiptsContract):
    pass


class TestSqlSecurityLog(SecurityLogContract):
    pass


class TestSqlTermsShelf(TermsShelfContract):
    pass


class TestSqlRealised(RealisedContract):
    pass


class TestSqlRecordShelf(RecordShelfContract):
    pass


class TestSqlAccountActs(AccountActsContract):
    pass


class TestSqlOutbox(OutboxContract):
    pass


class TestSqlBilling(BillingContract):
    pass


class TestSqlWholeAccounts(WholeAccountContract):
    pass


class TestSqlNotices(NoticesContract):
    pass


class TestSqlDeliveries(DeliveriesContract):
    pass


@pytest.fixture
def monthly(database: Database) -> SqlMonthly:
    return SqlMonthly(database, BOX)


class TestSqlMonthly(MonthlyContract):
    pass


@pytest.fixture
def minutes(database: Database) -> SqlMinuteLog:
    return SqlMinuteLog(database)


class TestSqlMinuteLog(MinuteLogContract):
    pass


@pytest.fixture
def alerts(database: Database) -> SqlOperatorAlerts:
    return SqlOperatorAlerts(database)


class TestSqlOperatorAlerts(OperatorAlertsContract):
    pass


@pytest.fixture
def book(database: Database) -> SqlIntegrityBook:
    return SqlIntegrityBook(database)


class TestSqlIntegrityBook(IntegrityBookContract):
    pass
