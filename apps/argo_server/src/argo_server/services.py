"""What handlers, jobs and commands may use: ports and use cases, wired once, frozen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from argo_core.ledger import Ledger, LedgerPolicy
from argo_core.ledger.note_key import VerifierKey
from argo_core.model.ledger_standing import LedgerStanding
from argo_core.pipeline.anchoring import Anchoring
from argo_core.pipeline.check_record import RecordChecker
from argo_core.pipeline.executor import Executor
from argo_core.pipeline.integrity import Integrity
from argo_core.pipeline.ledger_duty import LedgerDuty
from argo_core.pipeline.prove import Prover
from argo_core.ports import (
    Broker,
    Clock,
    DecisionReader,
    ExecutionReportStore,
    ExecutorReader,
    LedgerReader,
    Outbox,
    SignalReader,
)
from argo_core.ports.ledger_places import LedgerPlaces
from argo_server.announcements import Announcements
from argo_server.courier import Courier
from argo_server.generator import Generator
from argo_server.metrics import IntegrityRecord, Metrics
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
    ledger: LedgerRecords


@dataclass(frozen=True, slots=True)
class LedgerServices:
    """The provable log: for reading, for keeping, and how it stands in this process."""

    policy: LedgerPolicy
    prover: Prover
    places: LedgerPlaces
    anchoring: Anchoring
    integrity: Integrity
    checks: IntegrityRecord
    standing: Callable[[], Awaitable[LedgerStanding]]
    duty: LedgerDuty


@dataclass(frozen=True, slots=True)
class Services:
    """One process's parts. `database_backend` is `sqlite` or `postgresql`."""

    settings: Settings
    clock: Clock
    started_at: datetime
    signals: SignalReader
    decisions: DecisionReader
    outbox: Outbox
    generator: Generator
    couriers: tuple[Courier, ...]
    announcements: Announcements
    metrics: Metrics
    reports: ExecutionReportStore
    ledger: LedgerServices
    database_backend: str


@dataclass(frozen=True, slots=True)
class ExecutorRecords:
    """What an executor has stored, for reading."""

    broker: Broker
    reader: ExecutorReader


@dataclass(frozen=True, slots=True)
class ExecutorServices:
    """The parts of one executor's process."""

    role: ExecutorRole
    clock: Clock
    started_at: datetime
    executor: Executor
    reader: ExecutorReader
    outbox: Outbox
    courier: Courier


@dataclass(frozen=True, slots=True)
class LedgerWriter:
    """The log for commands that append to it: no generator runs meanwhile. `topics` are the distributors' streams."""

    clock: Clock
    ledger: Ledger
    duty: LedgerDuty
    topics: tuple[str, ...]
