"""Ways to the operator: PagerDuty, a Slack webhook, and the mailer. Extra `webhooks`."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

import httpx

from alpine_core.errors import DeliveryError
from alpine_core.model.mail import Mail
from alpine_core.model.operator_alert import OperatorAlert
from alpine_core.ports.mailer import Mailer

PAGERDUTY_URL = "https://events.pagerduty.com"
SECONDS = 5.0
MAIL_SECONDS = 9.0
SOURCE = "alpine"
COLOURS = {"critical": "#d32f2f", "warning": "#f9a825", "over": "#2e7d32"}
# The request itself is wrong, or the key: sending it again cannot help.
FINAL = frozenset({400, 401, 403, 404, 405, 410, 413, 415, 422})


class PagerDutyAlerts:
    """`ports.AlertChannel` over Events API v2."""

    def __init__(self, client: httpx.AsyncClient, integration_key: str, url: str = PAGERDUTY_URL) -> None:
        self._client, self._key, self._url = client, integration_key, f"{url.rstrip('/')}/v2/enqueue"

    async def tell(self, alert: OperatorAlert) -> None:
        """Opens the incident of the matter, or closes it."""
        event: dict[str, Any] = {
            "routing_key": self._key,
            "event_action": "resolve" if alert.over else "trigger",
            "dedup_key": f"{SOURCE}/{alert.key}"[:255],
        }
        if not alert.over:
            event["payload"] = {
                "summary": alert.title[:1024],
                "source": SOURCE,
                "severity": alert.state,
                "timestamp": alert.at.isoformat(),
                "custom_details": {"message": alert.message, "runbook": alert.rule},
            }
        await _post(self._client, "pagerduty", self._url, event)


class SlackAlerts:
    """`ports.AlertChannel` over an incoming webhook; its address is a secret."""

    def __init__(self, client: httpx.AsyncClient, webhook_url: str) -> None:
        self._client, self._url = client, webhook_url

    async def tell(self, alert: OperatorAlert) -> None:
        """One message with the state's colour and fields."""
        facts = (("State", alert.state), ("Source", SOURCE), ("Runbook", alert.rule))
        fields = [{"type": "mrkdwn", "text": f"*{name}*\n{_escaped(value)}"} for name, value in facts]
        blocks = [
            {"type": "header", "text": {"type": "plain_text", "text": alert.title[:150]}},
            {"type": "section", "text": {"type": "mrkdwn", "text": _escaped(alert.message)[:3000]}},
            {"type": "section", "fields": fields},
        ]
        message = {
            "text": f"[{alert.state}] {_escaped(alert.title)}"[:3000],
            "attachments": [{"color": COLOURS[alert.state], "blocks": blocks}],
        }
        await _post(self._client, "slack", self._url, message)


class MailAlerts:
    """`ports.AlertChannel` over the mailer, to one recipient: one that is not reached delays no other. The same alert
    has the same message id, of `domain`."""

    def __init__(self, mailer: Mailer, recipient: str, domain: str) -> None:
        self._mailer, self._recipient, self._domain = mailer, recipient, domain

    async def tell(self, alert: OperatorAlert) -> None:
        """One mail."""
        when = f"{alert.at:%Y-%m-%d %H:%M:%S} UTC"
        named = hashlib.sha256(f"{alert.alert_id} {self._recipient}".encode()).hexdigest()[:32]
        mail = Mail(
            message_id=f"<{named}@{self._domain}>",
            recipient=self._recipient,
            subject=f"Alpine [{alert.state}]: {alert.title}"[:150],
            text=f"{alert.title}\n\n{alert.message}\n\nState: {alert.state}\nSince: {when}\nRunbook: {alert.rule}\n",
        )
        try:
            async with asyncio.timeout(MAIL_SECONDS):
                await self._mailer.send(mail)
        except TimeoutError as error:
            raise DeliveryError(f"email: no answer within {MAIL_SECONDS:g} s", retry=True) from error


async def _post(client: httpx.AsyncClient, channel: str, url: str, document: object) -> None:
    try:
        async with asyncio.timeout(SECONDS):
            answer = await client.post(url, json=document, timeout=None)
    except TimeoutError as error:
        raise DeliveryError(f"{channel}: no answer within {SECONDS:g} s", retry=True) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise DeliveryError(f"{channel}: not reached: {type(error).__name__}", retry=True) from error
    if not answer.is_success:
        asked = answer.headers.get("retry-after", "")
        raise DeliveryError(
            f"{channel}: {answer.status_code}",
            retry=answer.status_code not in FINAL,
            retry_after=float(asked) if asked.isascii() and asked.isdigit() else None,
        )


def _escaped(text: str) -> str:
    """Slack's control characters as entities: nothing becomes a link or a mention."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
