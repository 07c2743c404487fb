"""Which channels tell an alert, and what follows an attempt."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from alpine_core.errors import DeliveryError
from alpine_core.model.alert_delivery import AlertDelivery, AlertEnd, AlertState, KeptAlert
from alpine_core.model.operator_alert import OperatorAlert

ONLY_CRITICAL = frozenset({"pagerduty"})
WAITS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
"""Seconds after the first, second, … failure; the last one from then on."""
LONGEST_ASKED_SECONDS = 600.0
MOST_ATTEMPTS = 120


def waiting(alert: OperatorAlert, channels: Iterable[str], now: datetime) -> KeptAlert:
    """The alert with a delivery due now for each channel that tells its like: critical ones all of them, others all but
    PagerDuty. An end goes to everybody who heard of the beginning."""
    chosen = sorted(one for one in channels if alert.critical or one not in ONLY_CRITICAL)
    return KeptAlert(alert=alert, deliveries=tuple(AlertDelivery(channel=one, next_at=now) for one in chosen))


def told(now: datetime) -> AlertEnd:
    """The channel has taken it."""
    return AlertEnd(state=AlertState.TOLD, next_at=now)


def failed(attempts: int, error: DeliveryError, now: datetime) -> AlertEnd:
    """Again after a wait that grows, or as long as the channel asked for; given up when it refused for good, or after
    `MOST_ATTEMPTS`, about an hour."""
    if not error.retry or attempts >= MOST_ATTEMPTS:
        return AlertEnd(state=AlertState.GIVEN_UP, next_at=now, detail=str(error))
    asked = min(error.retry_after or 0.0, LONGEST_ASKED_SECONDS)
    wait = max(WAITS[min(attempts, len(WAITS)) - 1], asked)
    return AlertEnd(state=AlertState.WAITING, next_at=now + timedelta(seconds=wait), detail=str(error))
