"""Alerts as pages show them."""

from __future__ import annotations

import msgspec

from argo_core.model.alert import Alert, AlertRecord, Attempt, Matter, Severity

TONES = {Severity.CRITICAL: "bad", Severity.WARNING: "warn", Severity.INFO: "calm"}


class DeliveryView(msgspec.Struct, frozen=True, kw_only=True):
    """How one channel stands with one alert: `words` and `tone`; `tries` so far; `detail` of the last one."""

    channel: str
    words: str
    tone: str
    tries: int
    detail: str


class AlertRow(msgspec.Struct, frozen=True, kw_only=True):
    """One alert. `state` is its severity, or `over`."""

    alert: Alert
    state: str
    tone: str
    deliveries: tuple[DeliveryView, ...]


def alert_row(record: AlertRecord) -> AlertRow:
    """One alert with what each channel made of it."""
    return msgspec.structs.replace(
        _row(record.alert), deliveries=tuple(_delivery(name, record.attempts) for name in record.channels)
    )


def matter_row(matter: Matter) -> AlertRow:
    """One open matter by its newest word."""
    return _row(matter.alert)


def _row(alert: Alert) -> AlertRow:
    state = "over" if alert.resolved else alert.severity.value
    return AlertRow(alert=alert, state=state, tone="good" if alert.resolved else TONES[alert.severity], deliveries=())


def _delivery(channel: str, attempts: tuple[Attempt, ...]) -> DeliveryView:
    tries = [one for one in attempts if one.channel == channel]
    last = tries[-1] if tries else None
    words, tone = ("waiting", "calm") if last is None else ("trying again", "warn")
    if last is not None and last.settled:
        words, tone = ("delivered", "good") if last.delivered else ("not delivered", "bad")
    return DeliveryView(
        channel=channel, words=words, tone=tone, tries=len(tries), detail="" if last is None else last.detail
    )
