"""What handlers, jobs and commands may use: ports and use cases, wired once, frozen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Protocol

from argo_core.alerts.readings import RateReading
from argo_core.alerts.rules import Rule
from argo_core.backtest.lab.desk import LabDesk
from argo_core.backtest.lab.request import BacktestRequest
from argo_core.backtest.pass_watch import PassWatch
from argo_core.ledger import Ledger, LedgerPolicy
from argo_core.ledger.note_key import VerifierKey
from argo_core.model.backup import LastBackup
from argo_core.model.database_use import DatabaseUse
from argo_core.model.lab_run import Asked
from argo_core.model.ledger_standing import LedgerStanding
from argo_core.model.parity import ParityReport
from argo_core.model.source_standing import SourceStanding
from argo_core.model.stored_series import StoredSeries
from argo_core.model.trace import SpanCounts
from argo_core.pipeline import CycleReport
from argo_core.pipeline.alert_desk import AlertDesk
from argo_core.pipeline.anchoring import Anchoring
from argo_core.pipeline.check_record import RecordChecker
from argo_core.pipeline.cycle_uptime import CycleUptime
from argo_core.pipeline.executor import Executor
from argo_core.pipeline.executor_watch import ExecutorWatch
from argo_core.pipeline.health_levels import CheckedPart
from argo_core.pipeline.integrity import Integrity
from argo_core.pipeline.job_book import JobBook
from argo_core.pipeline.keep_backups import BackupRun
from argo_core.pipeline.keep_reports import ReportKeeper
from argo_core.pipeline.keep_secrets import SecretKeeper
from argo_core.pipeline.ledger_duty import LedgerDuty
from argo_core.pipeline.make_report import ReportMaker
from argo_core.pipeline.minder import Minder
from argo_core.pipeline.prove import Prover
from argo_core.pipeline.rejection_log import RejectionLog
from argo_core.pipeline.seated_cycle import Seat
from argo_core.pipeline.trade_test import TradeTest
from argo_core.ports import (
    AlertReader,
    Broker,
    Clock,
    DecisionReader,
    ExecutionReportStore,
    ExecutorReader,
    FlattenLog,
    HaltLog,
    LedgerReader,
    Notifier,
    Outbox,
    ResolvedReader,
    SignalReader,
)
from argo_core.ports.ledger_places import LedgerPlaces
from argo_core.ports.opinion_spending import OpinionSpending
from argo_core.ports.parity_reports import ParityReports
from argo_core.ports.report_shelf import ReportShelf
from argo_server.announcements import Announcements
from argo_server.courier import Courier
from argo_server.generator import Generator
from argo_server.metrics import IntegrityRecord, Metrics, ParityRecord
from argo_server.reloading import Reloader
from argo_server.settings import ExecutorRole, Settings


@dataclass(frozen=True, slots=True)
class LedgerRecords:
    """The provable log, for reading without a generator. `log_keys` are empty where no key file lies."""

    reader: LedgerReader
    places: LedgerPlaces
    prover: Prover
    checker: RecordChecker
    integrity: Integrity
    anchoring: Anchoring
    log_keys: tuple[VerifierKey, ...]
    witness_keys: tuple[VerifierKey, ...]


@dataclass(frozen=True, slots=True)
class Records:
    """What has been stored, for reading."""

    clock: Clock
    signals: SignalReader
    decisions: DecisionReader
    resolved: ResolvedReader
    spending: OpinionSpending
    ledger: LedgerRecords


@dataclass(frozen=True, slots=True)
class LedgerServices:
    """The provable log: for reading, for keeping, and how it stands in this process."""

    policy: Callable[[], LedgerPolicy]
    prover: Prover
    places: LedgerPlaces
    anchoring: Anchoring
    integrity: Integrity
    checks: IntegrityRecord
    standing: Callable[[], Awaitable[LedgerStanding]]
    duty: LedgerDuty


@dataclass(frozen=True, slots=True)
class LiveServices:
    """What a live market has beyond a recorded one. `redis`: healthy, unhealthy or not configured.

    `work` is what runs beside the cycle, by source: each call does a little and answers the seconds until the next;
    `hush` lets what it is waiting for end at once; `adopt` takes over changed limits.
    `streams`, by source, run until they are cancelled.
    """

    standing: Callable[[], tuple[SourceStanding, ...]]
    rejections: RejectionLog
    redis: Callable[[], str]
    work: Mapping[str, Callable[[], Awaitable[float]]]
    hush: Callable[[], Awaitable[None]]
    adopt: Callable[[Settings], None]
    streams: Mapping[str, Callable[[], Awaitable[None]]]
    listeners: tuple[Callable[[CycleReport], None], ...]


@dataclass(frozen=True, slots=True)
class LabServices:
    """Backtests on request. `ask` fills in what a request leaves out; `symbols` are those with recorded history;
    `stored` reads the library's series, or says why it cannot (not from the event loop)."""

    desk: LabDesk
    ask: Callable[[BacktestRequest], Awaitable[Asked]]
    symbols: tuple[str, ...]
    stored: Callable[[], tuple[tuple[StoredSeries, ...], str | None]]


@dataclass(frozen=True, slots=True)
class ParityServices:
    """Live days beside their replays. `run` compares a day and stores the reports, one for each executor whose records
    can be read here, or for the one that is named; it raises DataError where the day cannot be replayed, StoreError."""

    reports: ParityReports
    run: Callable[[date, str | None], Awaitable[tuple[ParityReport, ...]]]
    found: ParityRecord
    clock: Clock


@dataclass(frozen=True, slots=True)
class AlertServices:
    """Alerts are handed to `notifier`, which logs them and passes them to the desk. `rates`: signals that came lately
    beside those that are usual; empty while no market is open, and in an executor."""

    desk: AlertDesk
    notifier: Notifier
    reader: AlertReader
    rules: tuple[Rule, ...]
    rates: Callable[[], Awaitable[tuple[RateReading, ...]]]


@dataclass(frozen=True, slots=True)
class ReportServices:
    """Reports of what signals and trades came to. The week's is due on Sundays `at`, UTC; `left_out` says by form which
    cannot be made here, and what to install."""

    clock: Clock
    maker: ReportMaker
    keeper: ReportKeeper
    shelf: ReportShelf
    at: time
    left_out: Callable[[], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class BackupServices:
    """The daily backup. `run` takes and tries one, and raises StoreError where that failed; `due` says whether one is
    missing; `last` reads the newest one's record."""

    run: Callable[[], Awaitable[BackupRun]]
    due: Callable[[datetime], Awaitable[bool]]
    last: Callable[[], Awaitable[LastBackup | None]]
    notifier: Notifier
    clock: Clock


class Leadership(Protocol):
    """Of several generators on one database, one leads. `held` waits until it is this process; what it yields returns
    when it is no more, and until then `on_growth` is called whenever any of them has written the log. `vacant`: the
    shards that nobody works on, as whoever leads sees it."""

    def held(self, on_growth: Callable[[], None]) -> AbstractAsyncContextManager[Callable[[], Awaitable[None]]]: ...

    async def vacant(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Services:
    """One process's parts. `database_backend` is `sqlite` or `postgresql`; `live` is None in a replay, `leadership`
    where no other generator works on the database; `jobs` notes what runs beside requests; `look` examines everything
    up to a level, 1–3."""

    settings: Settings
    clock: Clock
    started_at: datetime
    seat: Seat
    leadership: Leadership | None
    signals: SignalReader
    decisions: DecisionReader
    outbox: Outbox
    generator: Generator
    couriers: tuple[Courier, ...]
    announcements: Announcements
    metrics: Metrics
    reports: ExecutionReportStore
    executors: ExecutorWatch
    ledger: LedgerServices
    database_backend: str
    live: LiveServices | None
    reloader: Reloader
    lab: LabServices
    parity: ParityServices
    alerts: AlertServices
    written: ReportServices
    backups: BackupServices
    secrets: SecretKeeper
    uptime: CycleUptime
    look: Callable[[int], Awaitable[tuple[CheckedPart, ...]]]
    database_use: Callable[[], DatabaseUse | None] = lambda: None
    spans: Callable[[], SpanCounts] = SpanCounts
    jobs: JobBook = field(default_factory=JobBook)


@dataclass(frozen=True, slots=True)
class ExecutorRecords:
    """What an executor has stored, for reading. `broker` is None where the account lies at a real venue."""

    broker: Broker | None
    reader: ExecutorReader
    halts: HaltLog


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """`mode`: simulated, paper, live or prop. `number` is pinned: the executor trades on no other account. `rules` says
    under whose rules."""

    mode: str
    number: str
    rules: str


@dataclass(frozen=True, slots=True)
class ExecutorServices:
    """The parts of one executor's process. `follow` listens to the venue and calls what it is given after news.
    `passing` of a prop firm's account alone."""

    role: ExecutorRole
    seat: Seat
    clock: Clock
    started_at: datetime
    executor: Executor
    minder: Minder
    follow: Callable[[Callable[[], Awaitable[object]]], Awaitable[None]] | None
    reader: ExecutorReader
    halts: HaltLog
    flattens: FlattenLog
    account: AccountFacts
    outbox: Outbox
    courier: Courier
    reloader: Reloader
    secrets: SecretKeeper
    trade_test: TradeTest
    passing: PassWatch | None
    alerts: AlertServices
    spans: Callable[[], SpanCounts] = SpanCounts


@dataclass(frozen=True, slots=True)
class LedgerWriter:
    """The log for commands that append to it: no generator runs meanwhile. `topics` are the distributors' streams."""

    clock: Clock
    ledger: Ledger
    duty: LedgerDuty
    topics: tuple[str, ...]
