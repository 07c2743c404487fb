"""Something a person should know, and what became of telling it."""

from __future__ import annotations

import enum
from datetime import datetime

import msgspec


class Severity(enum.StrEnum):
    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """Alerts with the same `dedup_key` are one matter; `resolved` closes it. `runbook` names the page that says what to
    do."""

    dedup_key: str
    title: str
    message: str
    severity: Severity
    source: str
    raised_at: datetime
    runbook: str
    details: dict[str, str] = {}
    resolved: bool = False


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """What a channel made of an alert, in one line without secrets. `permanent`: sending it again will not help until
    somebody changes something. `retry_after`: seconds that the channel asks us to wait, None if it names none."""

    channel: str
    delivered: bool
    detail: str
    permanent: bool = False
    retry_after: float | None = None


class PendingAlert(msgspec.Struct, frozen=True, kw_only=True):
    """One alert that one channel still has to tell. `attempts` have failed so far."""

    task: int
    alert: Alert
    attempts: int


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One try to tell: after a `settled` one there is no other. `detail` is one line without secrets."""

    channel: str
    delivered: bool
    settled: bool
    detail: str
    at: datetime


class AlertRecord(msgspec.Struct, frozen=True, kw_only=True):
    """An alert as it is kept. `channels` were to tell it, none of them where it said nothing new; `attempts`, oldest
    first."""

    number: int
    alert: Alert
    channels: tuple[str, ...]
    attempts: tuple[Attempt, ...] = ()


class Matter(msgspec.Struct, frozen=True, kw_only=True):
    """Where one dedup key stands: the newest alert that was told, and every channel that told of it since it began."""

    alert: Alert
    channels: tuple[str, ...]

    @property
    def open(self) -> bool:
        return not self.alert.resolved
