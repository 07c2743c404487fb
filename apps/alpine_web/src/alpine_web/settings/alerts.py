"""Who is told when something is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from alpine_core.errors import OperatorError
from alpine_web.settings.mail import GivenTexts

ALERT_NAMES = ("ALPINE_ALERT_EMAIL_TO", "ALPINE_ALERT_SILENT_HOURS", "EMAIL_TO", "PAGERDUTY_URL")
PAGERDUTY_URL = "https://events.pagerduty.com"
ALERT_SECRETS = ("PAGERDUTY_INTEGRATION_KEY", "SLACK_WEBHOOK_URL")


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """Channels without what they need are left out. `silent_hours`: how long the provider may deliver nothing.

    Raises OperatorError, one line, for an address that is none.
    """

    email_to: tuple[str, ...] = ()
    slack_webhook_url: str = field(default="", repr=False)
    pagerduty_key: str = field(default="", repr=False)
    pagerduty_url: str = PAGERDUTY_URL
    silent_hours: float = 96.0

    def __post_init__(self) -> None:
        for one in self.email_to:
            if "@" not in one.strip("@") or not one.isprintable() or " " in one:
                raise OperatorError(f"ALPINE_ALERT_EMAIL_TO has {one!r}: write name@example.com, several by comma")
        for name, url in (("SLACK_WEBHOOK_URL", self.slack_webhook_url), ("PAGERDUTY_URL", self.pagerduty_url)):
            if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
                raise OperatorError(f"{name} must begin with https:// and name a host")


def read_alert_settings(given: GivenTexts) -> AlertSettings:
    """The settings; EMAIL_TO stands in for ours where it is not set."""
    to = given.text("ALPINE_ALERT_EMAIL_TO", given.text("EMAIL_TO", ""))
    return AlertSettings(
        email_to=tuple(dict.fromkeys(one.strip() for one in to.split(",") if one.strip())),
        slack_webhook_url=given.text("SLACK_WEBHOOK_URL", ""),
        pagerduty_key=given.text("PAGERDUTY_INTEGRATION_KEY", ""),
        pagerduty_url=given.text("PAGERDUTY_URL", PAGERDUTY_URL),
        silent_hours=given.number("ALPINE_ALERT_SILENT_HOURS", 96.0, float, 0.01, 8760),
    )
