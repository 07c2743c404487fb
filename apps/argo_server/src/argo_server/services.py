"""What handlers, jobs and commands may use: ports and use cases, wired once, frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from argo_core.ports import Clock, DecisionReader, Outbox, SignalReader
from argo_server.announcements import Announcements
from argo_server.generator import Generator
from argo_server.metrics import Metrics
from argo_server.settings import Settings


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
    announcements: Announcements
    metrics: Metrics
    database_backend: str
