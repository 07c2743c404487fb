"""The ways to the operator that these settings name."""

from __future__ import annotations

import httpx

from alpine_core.adapters.alert_channels import MailAlerts, PagerDutyAlerts, SlackAlerts
from alpine_core.ports import Mailer
from alpine_core.ports.alert_channel import AlertChannel
from alpine_web.settings import Settings


def alert_channels(settings: Settings, client: httpx.AsyncClient, mailer: Mailer) -> dict[str, AlertChannel]:
    """By name; mails only where they leave over SMTP."""
    found: dict[str, AlertChannel] = {}
    chosen = settings.alerts
    if chosen.pagerduty_key:
        found["pagerduty"] = PagerDutyAlerts(client, chosen.pagerduty_key, chosen.pagerduty_url)
    if chosen.slack_webhook_url:
        found["slack"] = SlackAlerts(client, chosen.slack_webhook_url)
    if chosen.email_to and settings.mail.host is not None:
        found["email"] = MailAlerts(mailer, chosen.email_to, "alpine.localhost")
    return found
