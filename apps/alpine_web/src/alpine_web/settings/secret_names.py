"""What each secret is called in AWS Secrets Manager, and whether it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from alpine_web.settings.provider_key import PROVIDER_KEY, SECRETS_FOLDER, STORED_PROVIDER_KEY

STORED_NAMES: Mapping[str, str] = MappingProxyType(
    {
        PROVIDER_KEY: STORED_PROVIDER_KEY,
        "ALPINE_METRICS_TOKEN": f"{SECRETS_FOLDER}/metrics-token",
        "ALPINE_SECRET_KEY": f"{SECRETS_FOLDER}/secret-key",
        "ALPINE_SMTP_PASSWORD": "email-smtp-password",
        "ALPINE_SMTP_USER": "email-smtp-user",
        "ALPINE_WEBHOOK_SECRET": f"{SECRETS_FOLDER}/webhook-secret",
        "PAGERDUTY_INTEGRATION_KEY": "pagerduty-integration-key",
        "REDIS_URL": f"{SECRETS_FOLDER}/redis-url",
        "SLACK_WEBHOOK_URL": "slack-webhook-url",
        "STRIPE_SECRET_KEY": f"{SECRETS_FOLDER}/stripe-secret-key",
        "STRIPE_WEBHOOK_SECRET": f"{SECRETS_FOLDER}/stripe-webhook-secret",
    }
)
"""By the setting that it fills."""


ASKING_NAMES = ("ALPINE_SECRETS", "ALPINE_SECRETS_SECONDS")
