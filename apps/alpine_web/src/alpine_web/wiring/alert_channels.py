"""The ways to the operator that these settings name."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import httpx

from alpine_core.adapters.alert_channels import MailAlerts, PagerDutyAlerts, SlackAlerts
from alpine_core.adapters.rotating_client import RotatingClient
from alpine_core.adapters.system_clock import SystemClock
from alpine_core.ports import Mailer
from alpine_core.ports.alert_channel import AlertChannel
from alpine_web.settings import Settings
from alpine_web.wiring.account_ports import open_mailer
from alpine_web.wiring.kept_secrets import kept_secrets


def alert_channels(settings: Settings, client: httpx.AsyncClient, mailer: Mailer) -> dict[str, AlertChannel]:
    """By name, each recipient of mails for itself; mails only where they leave over SMTP."""
    found: dict[str, AlertChannel] = {}
    chosen = settings.alerts
    if chosen.pagerduty_key:
        found["pagerduty"] = PagerDutyAlerts(client, chosen.pagerduty_key, chosen.pagerduty_url)
    if chosen.slack_webhook_url:
        found["slack"] = SlackAlerts(client, chosen.slack_webhook_url)
    if chosen.email_to and settings.mail.host is not None:
        for one in chosen.email_to:
            found[_mail_name(one)] = MailAlerts(mailer, one, "alpine.localhost")
    return found


def _mail_name(address: str) -> str:
    """Of the address alone, whoever stands beside it: what waits for somebody reaches nobody else. Metrics and logs
    show it, so it does not say whose it is."""
    return f"email {hashlib.sha256(address.lower().encode()).hexdigest()[:8]}"


@asynccontextmanager
async def opened_channels(settings: Settings) -> AsyncIterator[tuple[dict[str, AlertChannel], datetime]]:
    """The same without anything else, and what time it is: no database is needed."""
    clock = SystemClock()
    kept = kept_secrets(settings, clock)
    async with httpx.AsyncClient(auth=RotatingClient(kept)) as client:
        yield alert_channels(settings, client, open_mailer(settings.mail, clock, kept)), clock.now()
