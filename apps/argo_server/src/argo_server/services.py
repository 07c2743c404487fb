"""What handlers, jobs and commands may use: ports and use cases, wired once, frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from argo_core.pipeline.executor import Executor
from argo_core.ports import (
    Broker,
    Clock,
    DecisionReader,
    ExecutionReportStore,
    ExecutorReader,
    Outbox,
    SignalReader,
)
from argo_server.announcements import Announcements
from argo_server.courier import Courier
from argo_server.generator import Generator
from argo_server.metrics import Metrics
from argo_server.settings import ExecutorRole, Settings


@dataclass(frozen=True, slots=True)
class Records:
    """What has been stored, for reading."""

    signals: SignalReader
    decisions: DecisionReader


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
