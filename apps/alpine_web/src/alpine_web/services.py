"""What handlers, jobs and commands may use: use cases and ports, wired once, frozen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from alpine_core.accounts import AccountDesk, Administration, ApiKeys, Enrolment, Leaving, SignIn, Tokens, ViewAs
from alpine_core.alerts.desk import AlertDesk
from alpine_core.alerts.job_book import JobBook
from alpine_core.billing import Billing
from alpine_core.errors import OurError
from alpine_core.fanout import OpenStreams
from alpine_core.feed import LedgerView, PublicLog, SignalFeed, Uptime
from alpine_core.intake import Intake, Integrity, LogVigil, Mirroring, RealisedIntake, SpotCheck, Witness
from alpine_core.intake.kept_secrets import KeptSecrets
from alpine_core.intake.signature_check import SignatureCheck
from alpine_core.mailing import Courier
from alpine_core.model import Account, Alarm
from alpine_core.model.backup import BackupRound, LastBackup
from alpine_core.model.checked_part import CheckedPart
from alpine_core.model.database_use import DatabaseUse
from alpine_core.model.machine_use import MachineUse
from alpine_core.notices import NoticeOffice
from alpine_core.notices.monthly import MonthlyOffice
from alpine_core.ports import (
    AccountShelf,
    AccountStore,
    AlarmShelf,
    AuditShelf,
    Clock,
    Credentials,
    IntegrityShelf,
    Lease,
    LogMirror,
    LogWatch,
    MailShelf,
    MarkShelf,
    PasswordHasher,
    PaymentNotices,
    RateBuckets,
    RealisedShelf,
    SecurityLog,
    SessionStore,
    SignalShelf,
    TokenStore,
    Tracer,
    WitnessStore,
)
from alpine_core.ports.alert_channel import AlertChannel
from alpine_core.ports.silent_tracer import SILENT
from alpine_core.tiers import TermsBook
from alpine_core.verify.audit_report import AuditReport
from alpine_core.verify.trust_policy import TrustPolicy
from alpine_web.dry_check import DryCheck
from alpine_web.figures import PublicFigures
from alpine_web.live import Push
from alpine_web.metrics import Metrics
from alpine_web.mirror_patience import MirrorPatience
from alpine_web.rate import RateLimit
from alpine_web.receipts import Receipts
from alpine_web.record_book import RecordBook
from alpine_web.settings import Settings
from alpine_web.settings.provider_key import STORED_PROVIDER_KEY
from alpine_web.shared_counts import SharedCounts
from alpine_web.simulating import Simulating


@dataclass(frozen=True, slots=True)
class Members:
    """What subscribers' accounts are served by. `mail_rate`: how many mails an address can be made to get. `notices`:
    None without a payment house."""

    sign_in: SignIn
    desk: AccountDesk
    enrolment: Enrolment
    credentials: Credentials
    courier: Courier
    mail_shelf: MailShelf
    mail_rate: RateLimit
    account_shelf: AccountShelf
    administration: Administration
    billing: Billing
    leaving: Leaving
    payment_notices: PaymentNotices | None
    view_as: ViewAs


@dataclass(frozen=True, slots=True)
class BackupPlan:
    """`due` says whether one is missing, `run` takes and tries one (StoreError where that failed), `last` reads the
    newest one's record, `alarm` keeps what an operator has to look at."""

    due: Callable[[datetime], Awaitable[bool]]
    run: Callable[[], Awaitable[BackupRound]]
    last: Callable[[], Awaitable[LastBackup | None]]
    alarm: Callable[[Alarm], Awaitable[None]]


async def _nobody_examines(level: int) -> tuple[CheckedPart, ...]:
    raise OurError(f"these parts were put together without a way to examine level {level}")


@dataclass(frozen=True, slots=True)
class Services:
    """One process's parts. `database_backend` is `sqlite` or `postgresql`. `examine` looks at everything up to a level,
    1–3; `own_audit`: the full check by a process of its own, None where this one has to do it."""

    settings: Settings
    clock: Clock
    started_at: datetime
    intake: Intake
    realised_intake: RealisedIntake
    dry_check: DryCheck
    signatures: SignatureCheck
    simulating: Simulating
    ingest_rate: RateLimit
    members: Members
    sign_in_rate: RateLimit
    buckets: RateBuckets
    accounts: AccountStore
    api_keys: ApiKeys
    tokens: Tokens
    token_store: TokenStore
    sessions: SessionStore
    security_log: SecurityLog
    hasher: PasswordHasher
    shelf: SignalShelf
    feed: SignalFeed
    terms: TermsBook
    marks: MarkShelf
    alarms: AlarmShelf
    audit: AuditShelf
    policy: TrustPolicy
    witness: Witness
    witness_rate: RateLimit
    mirroring: Mirroring
    ledger: LedgerView
    mirror_patience: MirrorPatience
    public_log: PublicLog
    realised: RealisedShelf
    record: RecordBook
    receipts: Receipts
    states: WitnessStore
    mirror: LogMirror
    watch: LogWatch
    vigil: LogVigil
    integrity: Integrity
    checks: IntegrityShelf
    spot_check: SpotCheck
    lease: Lease
    live: Push
    streams: OpenStreams
    figures: PublicFigures
    database_backend: str
    notices: NoticeOffice
    monthly: MonthlyOffice
    uptime: Uptime
    alerts: AlertDesk
    metrics: Metrics = field(default_factory=Metrics)
    counts: SharedCounts = field(default_factory=SharedCounts)
    alert_channels: Mapping[str, AlertChannel] = field(default_factory=dict)
    backups: BackupPlan | None = None
    jobs: JobBook = field(default_factory=JobBook)
    secrets: KeptSecrets | None = None
    own_audit: Callable[[], Awaitable[AuditReport]] | None = None
    examine: Callable[[int], Awaitable[tuple[CheckedPart, ...]]] = _nobody_examines
    database_use: Callable[[], DatabaseUse | None] = lambda: None
    machine_use: Callable[[], MachineUse | None] = lambda: None
    tracer: Tracer = SILENT

    def stream_begins(self, kind: str, account: Account) -> None:
        """A live stream or socket of this account is open."""
        self.streams.enter(account.account_id)
        self.metrics.streams(kind).inc()

    def stream_ends(self, kind: str, account: Account) -> None:
        """It is over."""
        self.streams.leave(account.account_id)
        self.metrics.streams(kind).dec()

    @property
    def provider_keys(self) -> tuple[str, ...]:
        """Every key with which the provider may come now."""
        return self.settings.provider_keys if self.secrets is None else self.secrets.accepted(STORED_PROVIDER_KEY)

    @property
    def sign_in(self) -> SignIn:
        """The one way to a session."""
        return self.members.sign_in

    @property
    def desk(self) -> AccountDesk:
        """What somebody can do about an account of their own."""
        return self.members.desk

    @property
    def enrolment(self) -> Enrolment:
        """What an operator can do about accounts."""
        return self.members.enrolment
