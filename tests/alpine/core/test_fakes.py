"""The fakes keep the same contracts as the real ones."""

from __future__ import annotations

import pytest

from alpine_core.adapters.memory_announcer import MemoryAnnouncer
from alpine_core.adapters.system_clock import SystemClock
from alpine_core.alerts.spare_alerts import SpareAlerts
from alpine_core.ports import Clock
from alpine_core.testing import FixedClock, MemoryAccounts, MemoryFailedSignIns, MemorySessions, PlainHasher
from alpine_core.testing.contracts.account_acts import AccountActsContract
from alpine_core.testing.contracts.accounts import AccountsContract
from alpine_core.testing.contracts.announcer import AnnouncerContract
from alpine_core.testing.contracts.api_keys import ApiKeysContract
from alpine_core.testing.contracts.audit_shelf import AuditShelfContract
from alpine_core.testing.contracts.billing import BillingContract, WholeAccountContract
from alpine_core.testing.contracts.clock import ClockContract
from alpine_core.testing.contracts.integrity_book import IntegrityBookContract
from alpine_core.testing.contracts.log_mirror import LogMirrorContract
from alpine_core.testing.contracts.log_watch import LogWatchContract
from alpine_core.testing.contracts.mark_shelf import MarkShelfContract
from alpine_core.testing.contracts.minute_log import MinuteLogContract
from alpine_core.testing.contracts.monthly import MonthlyContract
from alpine_core.testing.contracts.notices import DeliveriesContract, NoticesContract
from alpine_core.testing.contracts.operator_alerts import OperatorAlertsContract, SparePlaceContract
from alpine_core.testing.contracts.outbox import OutboxContract
from alpine_core.testing.contracts.password_hasher import PasswordHasherContract
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
from alpine_core.testing.memory_account_acts import MemoryAccountActs
from alpine_core.testing.memory_api_keys import MemoryApiKeys
from alpine_core.testing.memory_billing import MemoryBilling
from alpine_core.testing.memory_integrity import MemoryIntegrity
from alpine_core.testing.memory_minutes import MemoryMinutes
from alpine_core.testing.memory_monthly import MemoryMonthly
from alpine_core.testing.memory_outbox import MemoryOutbox
from alpine_core.testing.memory_receipts import MemoryReceipts
from alpine_core.testing.memory_security_log import MemorySecurityLog
from alpine_core.testing.memory_spare import MemorySpare
from alpine_core.testing.memory_terms import MemoryTerms
from alpine_core.testing.memory_tokens import MemoryTokens
from alpine_core.testing.memory_webhook_ids import MemoryWebhookIds
from alpine_core.testing.notice_house import NoticeHouse, memory_notice_house
from alpine_core.testing.signal_house import SignalHouse, memory_house


@pytest.fixture
def house() -> SignalHouse:
    return memory_house()


@pytest.fixture
def accounts() -> MemoryAccounts:
    return MemoryAccounts()


@pytest.fixture
def api_keys(security_log: MemorySecurityLog) -> MemoryApiKeys:
    return MemoryApiKeys(security_log)


@pytest.fixture
def account_shelf(accounts: MemoryAccounts) -> MemoryAccounts:
    return accounts


@pytest.fixture
def sessions() -> MemorySessions:
    return MemorySessions()


@pytest.fixture
def failures() -> MemoryFailedSignIns:
    return MemoryFailedSignIns()


@pytest.fixture
def announcer() -> MemoryAnnouncer:
    return MemoryAnnouncer()


@pytest.fixture
def hasher() -> PlainHasher:
    return PlainHasher()


@pytest.fixture(params=[FixedClock, SystemClock])
def clock(request: pytest.FixtureRequest) -> Clock:
    made: Clock = request.param()
    return made


@pytest.fixture
def receipts() -> MemoryReceipts:
    return MemoryReceipts()


@pytest.fixture
def notice_house() -> NoticeHouse:
    return memory_notice_house()


@pytest.fixture
def security_log() -> MemorySecurityLog:
    return MemorySecurityLog()


@pytest.fixture
def outbox() -> MemoryOutbox:
    return MemoryOutbox()


@pytest.fixture
def acts(
    accounts: MemoryAccounts,
    sessions: MemorySessions,
    security_log: MemorySecurityLog,
    outbox: MemoryOutbox,
    tokens: MemoryTokens,
) -> MemoryAccountActs:
    return MemoryAccountActs(accounts, sessions, security_log, outbox, tokens)


@pytest.fixture
def billing(acts: MemoryAccountActs) -> MemoryBilling:
    return acts.billing


@pytest.fixture
def credentials(acts: MemoryAccountActs) -> MemoryAccountActs:
    return acts


@pytest.fixture
def terms_shelf(security_log: MemorySecurityLog) -> MemoryTerms:
    return MemoryTerms(security_log)


@pytest.fixture
def tokens(security_log: MemorySecurityLog) -> MemoryTokens:
    return MemoryTokens(security_log)


@pytest.fixture
def webhook_ids() -> MemoryWebhookIds:
    return MemoryWebhookIds()


class TestMemoryReceipts(ReceiptsContract):
    pass


class TestMemoryTerms(TermsShelfContract):
    pass


class TestMemorySecurityLog(SecurityLogContract):
    pass


class TestMemorySignalStore(SignalStoreContract):
    pass


class TestMemorySignalShelf(SignalShelfContract):
    pass


class TestMemoryAuditShelf(AuditShelfContract):
    pass


class TestMemoryMarkShelf(MarkShelfContract):
    pass


class TestMemoryWitnessStore(WitnessStoreContract):
    pass


class TestMemoryLogMirror(LogMirrorContract):
    pass


class TestMemoryLogWatch(LogWatchContract):
    pass


class TestMemorySealedSignals(SealedSignalsContract):
    pass


class TestMemoryWebhookIds(WebhookIdsContract):
    pass


class TestMemoryApiKeys(ApiKeysContract):
    pass


class TestMemoryTokens(TokensContract):
    pass


class TestMemoryAccounts(AccountsContract):
    pass


class TestMemoryAnnouncer(AnnouncerContract):
    pass


class TestPlainHasher(PasswordHasherContract):
    pass


class TestClocks(ClockContract):
    pass


class TestMemoryRealised(RealisedContract):
    pass


class TestMemoryRecordShelf(RecordShelfContract):
    pass


class TestMemoryAccountActs(AccountActsContract):
    pass


class TestMemoryOutbox(OutboxContract):
    pass


class TestMemoryBilling(BillingContract):
    pass


class TestMemoryWholeAccounts(WholeAccountContract):
    pass


class TestMemoryNotices(NoticesContract):
    pass


class TestMemoryDeliveries(DeliveriesContract):
    pass


@pytest.fixture
def monthly(accounts: MemoryAccounts, outbox: MemoryOutbox) -> MemoryMonthly:
    return MemoryMonthly(accounts, outbox)


class TestMemoryMonthly(MonthlyContract):
    pass


@pytest.fixture
def minutes() -> MemoryMinutes:
    return MemoryMinutes()


class TestMemoryMinutes(MinuteLogContract):
    pass


@pytest.fixture
def alerts() -> SpareAlerts:
    return SpareAlerts({})


class TestSpareAlerts(OperatorAlertsContract):
    pass


@pytest.fixture
def place() -> MemorySpare:
    return MemorySpare()


@pytest.fixture
def beside(place: MemorySpare) -> MemorySpare:
    return place.beside()


class TestMemorySpare(SparePlaceContract):
    pass


@pytest.fixture
def book() -> MemoryIntegrity:
    return MemoryIntegrity()


class TestMemoryIntegrity(IntegrityBookContract):
    pass
