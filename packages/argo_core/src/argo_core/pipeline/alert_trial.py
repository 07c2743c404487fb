"""One alert to each channel, to see whether it arrives."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime

from argo_core.alerts.runbooks import ALERT_TEST
from argo_core.errors import ConfigError
from argo_core.model.alert import Alert, Attempt, Delivery, Severity
from argo_core.ports import Notifier
from argo_core.ports.alert_store import AlertStore


def trial_alert(source: str, now: datetime) -> Alert:
    """The alert of the test; nobody has to do anything."""
    return Alert(
        dedup_key=f"{ALERT_TEST}:{now:%Y%m%dT%H%M%S}",
        title="test of the alerts: nothing is wrong",
        message="Somebody asked for this to see whether alerts arrive. There is nothing to do.",
        severity=Severity.INFO,
        source=source,
        raised_at=now,
        runbook=ALERT_TEST,
    )


async def try_channels(channels: Mapping[str, Notifier], alert: Alert) -> tuple[Delivery, ...]:
    """One delivery of each, all side by side, tried once. Raises ConfigError for no channels at all."""
    if not channels:
        raise ConfigError(
            "no channel is configured: set SLACK_WEBHOOK_URL, PAGERDUTY_INTEGRATION_KEY, EMAIL_… or NOTION_…"
        )
    return tuple(await asyncio.gather(*(channel.send(alert) for channel in channels.values())))


async def keep_trial(store: AlertStore, alert: Alert, deliveries: tuple[Delivery, ...], now: datetime) -> None:
    """The test beside all other alerts. Raises StoreError."""
    attempts = [
        Attempt(channel=one.channel, delivered=one.delivered, settled=True, detail=one.detail, at=now)
        for one in deliveries
    ]
    await store.recorded(alert, attempts, matter=False)
