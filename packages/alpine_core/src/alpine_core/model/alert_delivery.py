"""What became of an alert at each channel."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from alpine_core.model.operator_alert import OperatorAlert


class AlertState(StrEnum):
    """Where an alert stands with one channel. `given_up`: it refused for good, or too often."""

    WAITING = "waiting"
    TOLD = "told"
    GIVEN_UP = "given_up"


class AlertDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """`attempts` were begun; it is tried at `next_at` if it waits; `detail` is the last error, "" without one."""

    channel: str
    next_at: datetime
    state: AlertState = AlertState.WAITING
    attempts: int = 0
    detail: str = ""


class AlertEnd(msgspec.Struct, frozen=True, kw_only=True):
    """How one attempt ended; `next_at` counts if it waits again."""

    state: AlertState
    next_at: datetime
    detail: str = ""


class KeptAlert(msgspec.Struct, frozen=True, kw_only=True):
    """An alert with one delivery for each channel that is to tell it, by name."""

    alert: OperatorAlert
    deliveries: tuple[AlertDelivery, ...]


class DueAlert(msgspec.Struct, frozen=True, kw_only=True):
    """What a channel tells next; `attempts` counts this one."""

    alert: OperatorAlert
    attempts: int
