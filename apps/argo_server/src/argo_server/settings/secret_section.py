"""Section `secrets` of `config.json`, and what each secret is called in AWS Secrets Manager."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from msgspec import Meta

from argo_server.settings.section import Section

FOLDER = "argo-alpine/argo"

NAMES: Mapping[str, str] = MappingProxyType(
    {
        "ALPHA_VANTAGE_API_KEY": f"{FOLDER}/alpha-vantage-api-key",
        "ALPACA_DATA_API_KEY": f"{FOLDER}/alpaca-data-api-key",
        "ALPACA_DATA_SECRET_KEY": f"{FOLDER}/alpaca-data-secret-key",
        "ALPINE_API_URL": f"{FOLDER}/alpine-api-url",
        "ALPINE_WEBHOOK_SECRET": f"{FOLDER}/alpine-webhook-secret",
        "ARGO_API_KEY": f"{FOLDER}/argo-api-key",
        "ARGO_DISTRIBUTION_KEY": f"{FOLDER}/distribution-key",
        "EMAIL_SMTP_PASSWORD": "email-smtp-password",
        "EMAIL_SMTP_USER": "email-smtp-user",
        "MASSIVE_API_KEY": f"{FOLDER}/massive-api-key",
        "NOTION_API_KEY": "notion-api-key",
        "PAGERDUTY_INTEGRATION_KEY": "pagerduty-integration-key",
        "PERPLEXITY_API_KEY": f"{FOLDER}/perplexity-api-key",
        "REDIS_PASSWORD": f"{FOLDER}/redis-password",
        "SLACK_WEBHOOK_URL": "slack-webhook-url",
        "XAI_API_KEY": f"{FOLDER}/xai-api-key",
    }
)
"""By the variable that carries it into a process."""

CREDENTIAL_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "ALPACA_API_KEY": f"{FOLDER}/alpaca-api-key",
        "ALPACA_SECRET_KEY": f"{FOLDER}/alpaca-secret-key",
        "PROP_FIRM_API_KEY": f"{FOLDER}/prop-firm-api-key",
        "PROP_FIRM_SECRET_KEY": f"{FOLDER}/prop-firm-secret-key",
    }
)
"""Of the accounts: an executor reads its own two, and no other process reads any."""

APART = frozenset({"ALPINE_WEBHOOK_SECRET", "EMAIL_SMTP_PASSWORD", "EMAIL_SMTP_USER", "REDIS_PASSWORD"})
"""What no request of HTTP carries as it is: each new connection and each new signature takes what stands then."""
UNTIL_RESTART = frozenset({"ALPINE_API_URL"})
"""An address is no secret, and another one is another receiver: what runs stays with the one that it began with."""


class Secrets(Section, frozen=True, kw_only=True):
    """`store`: whether AWS Secrets Manager is asked. auto: where AWS_ENDPOINT_URL is set, and in production where
    the environment holds credentials of AWS. Every `refresh_seconds` a running generator looks for other values."""

    store: Literal["auto", "aws", "off"] = "auto"
    refresh_seconds: Annotated[float, Meta(ge=1, le=86_400)] = 300.0
