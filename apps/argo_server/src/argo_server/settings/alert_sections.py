"""Sections of `config.json` about who is told when something is wrong, and by which channel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from argo_server.settings.section import Port, Positive, Section

Web = Annotated[str, Meta(pattern=r"^(?:https?://[^\s/]+(?:/[^\s]*)?)?$")]
CHANNELS = ("pagerduty", "slack", "email", "notion")
SECRETS = {
    "pagerduty": ("integration_key", "PAGERDUTY_INTEGRATION_KEY"),
    "slack": ("webhook_url", "SLACK_WEBHOOK_URL"),
    "email": ("password", "EMAIL_SMTP_PASSWORD"),
    "notion": ("api_key", "NOTION_API_KEY"),
}


class Alerts(Section, frozen=True, kw_only=True):
    """`limits` by rule name stand in for a rule's own; `expected_signals_per_hour` by service type for what was usual.
    How the process stands is looked at every `interval_seconds`."""

    enabled: bool = True
    interval_seconds: Annotated[float, Meta(ge=0.1, le=60)] = 5.0
    limits: dict[str, float] = msgspec.field(default_factory=dict)
    expected_signals_per_hour: dict[str, Positive] = msgspec.field(default_factory=dict)


class PagerDuty(Section, frozen=True, kw_only=True):
    """`enabled` null: as soon as there is a key."""

    enabled: bool | None = None
    integration_key: str = ""
    url: Web = ""


class Slack(Section, frozen=True, kw_only=True):
    """The webhook's address is the secret."""

    enabled: bool | None = None
    webhook_url: Web = ""


class Email(Section, frozen=True, kw_only=True):
    """`to`: addresses, parted by commas. `security` "": tls on port 465, starttls on any other."""

    enabled: bool | None = None
    host: str = ""
    port: Port = 587
    security: Literal["", "starttls", "tls", "plain"] = ""
    user: str = ""
    password: str = ""
    sender: str = ""
    to: str = ""


class Notion(Section, frozen=True, kw_only=True):
    """A data source that is shared with the integration of the key."""

    enabled: bool | None = None
    api_key: str = ""
    data_source_id: str = ""
    url: Web = ""


def alert_secrets(file: Any) -> dict[str, str]:
    """The channels' secrets by the variable that carries each into a process; those that are not set are left out."""
    found = {variable: getattr(getattr(file, section), key) for section, (key, variable) in SECRETS.items()}
    return {variable: secret for variable, secret in found.items() if secret}


def alert_document(file: Any) -> Mapping[str, object]:
    """The sections for another process's file, without the secrets."""
    document = {name: msgspec.to_builtins(getattr(file, name)) for name in ("alerts", *CHANNELS)}
    for section, (key, _) in SECRETS.items():
        del document[section][key]
    return document
