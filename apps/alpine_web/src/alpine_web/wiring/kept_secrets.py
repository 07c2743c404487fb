"""Secrets that may change while the server runs."""

from __future__ import annotations

from alpine_core.intake.kept_secrets import KeptSecrets
from alpine_core.ports import Clock
from alpine_web.settings import Settings
from alpine_web.settings.provider_key import STORED_PROVIDER_KEY
from alpine_web.settings.secret_names import STORED_NAMES


def kept_secrets(settings: Settings, clock: Clock) -> KeptSecrets:
    """Of what this process began with; without a store they stay as they are."""
    started = {
        STORED_PROVIDER_KEY: ",".join(settings.provider_keys),
        STORED_NAMES["PAGERDUTY_INTEGRATION_KEY"]: settings.alerts.pagerduty_key,
        STORED_NAMES["SLACK_WEBHOOK_URL"]: settings.alerts.slack_webhook_url,
        STORED_NAMES["STRIPE_SECRET_KEY"]: settings.payments.secret_key,
    }
    apart = {
        STORED_NAMES["ALPINE_SMTP_PASSWORD"]: settings.mail.password,
        STORED_NAMES["ALPINE_SMTP_USER"]: settings.mail.user,
        STORED_NAMES["ALPINE_WEBHOOK_SECRET"]: settings.webhook_secret or "",
        STORED_NAMES["REDIS_URL"]: settings.redis_url or "",
    }
    return KeptSecrets(settings.stored.shelf, started, clock, apart)
