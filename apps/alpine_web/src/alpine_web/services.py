"""What handlers, jobs and commands may use: use cases and ports, wired once, frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alpine_core.accounts import Enrolment, SignIn
from alpine_core.feed import LedgerView, PublicLog, SignalFeed
from alpine_core.intake import Intake, LogVigil, Mirroring, RealisedIntake, Witness
from alpine_core.ports import (
    AccountStore,
    AlarmShelf,
    AuditShelf,
    Clock,
    LogMirror,
    LogWatch,
    MarkShelf,
    PasswordHasher,
    RealisedShelf,
    SessionStore,
    SignalShelf,
    WitnessStore,
)
from alpine_core.verify.trust_policy import TrustPolicy
from alpine_web.dry_check import DryCheck
from alpine_web.figures import PublicFigures
from alpine_web.live import Push
from alpine_web.metrics import Metrics
from alpine_web.mirror_patience import MirrorPatience
from alpine_web.rate import RateLimit
from alpine_web.settings import Settings
from alpine_web.signatures import SignatureCheck


@dataclass(frozen=True, slots=True)
class Services:
    """One process's parts. `database_backend` is `sqlite` or `postgresql`."""

    settings: Settings
    clock: Clock
    started_at: datetime
    intake: Intake
    realised_intake: RealisedIntake
    dry_check: DryCheck
    signatures: SignatureCheck
    ingest_rate: RateLimit
    sign_in: SignIn
    enrolment: Enrolment
    sign_in_rate: RateLimit
    accounts: AccountStore
    sessions: SessionStore
    hasher: PasswordHasher
    shelf: SignalShelf
    feed: SignalFeed
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
    states: WitnessStore
    mirror: LogMirror
    watch: LogWatch
    vigil: LogVigil
    live: Push
    figures: PublicFigures
    metrics: Metrics
    database_backend: str
