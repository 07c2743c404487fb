"""Something a person should know."""

from __future__ import annotations

import enum
from datetime import datetime

import msgspec


class Severity(enum.StrEnum):
    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """Alerts with the same `dedup_key` are one matter; `resolved` closes it."""

    dedup_key: str
    title: str
    message: str
    severity: Severity
    source: str
    raised_at: datetime
    details: dict[str, str] = {}
    resolved: bool = False


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """What a channel made of an alert."""

    channel: str
    delivered: bool
    detail: str
