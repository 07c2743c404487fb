"""Slack, by an incoming webhook: a bar in the severity's colour, a header, the message, and fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx

from argo_core.adapters.alert_channels.posting import DEADLINE_SECONDS, Posting
from argo_core.alerts.routing import SLACK
from argo_core.model.alert import Alert, Delivery, Severity

COLOURS = {Severity.CRITICAL: "#d32f2f", Severity.WARNING: "#f9a825", Severity.INFO: "#1976d2"}
OVER = "#2e7d32"
# Slack's own limits: a header's text, a section's text, a field's text, a section's fields.
HEADER, TEXT, FIELD, FIELDS = 150, 3000, 2000, 10


class Slack:
    """`ports.Notifier`. The webhook's address is a secret."""

    def __init__(self, client: httpx.AsyncClient, webhook_url: str, deadline_seconds: float = DEADLINE_SECONDS) -> None:
        self._posting = Posting(client, SLACK, webhook_url, _explained, webhook_url, deadline_seconds=deadline_seconds)

    async def send(self, alert: Alert) -> Delivery:
        """One message."""
        return await self._posting.post(message_of(alert))


def message_of(alert: Alert) -> dict[str, Any]:
    """The message as Slack's blocks; `text` is what a notification shows."""
    state = "over" if alert.resolved else alert.severity.value
    fields = [_field(name, value) for name, value in _facts(alert)]
    sections = [fields[start : start + FIELDS] for start in range(0, len(fields), FIELDS)]
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": _cut(alert.title, HEADER)}},
        {"type": "section", "text": {"type": "mrkdwn", "text": _cut(escaped(alert.message) or "-", TEXT)}},
        *({"type": "section", "fields": section} for section in sections),
    ]
    return {
        "text": _cut(f"[{state}] {escaped(alert.title)}", TEXT),
        "attachments": [{"color": OVER if alert.resolved else COLOURS[alert.severity], "blocks": blocks}],
    }


def escaped(text: str) -> str:
    """Slack's three control characters as entities: nothing in an alert becomes a link or a mention."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _facts(alert: Alert) -> Iterator[tuple[str, str]]:
    yield "Severity", "over" if alert.resolved else alert.severity.value
    yield "Source", alert.source
    yield "Raised", f"{alert.raised_at:%Y-%m-%d %H:%M:%S} UTC"
    yield "Runbook", alert.runbook
    yield from alert.details.items()


def _field(name: str, value: str) -> dict[str, str]:
    return {"type": "mrkdwn", "text": _cut(f"*{escaped(name)}*\n{escaped(value)}", FIELD)}


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _explained(answer: httpx.Response) -> str:
    # Slack answers a refusal with one plain word: invalid_payload, no_service, channel_is_archived.
    kind = answer.headers.get("content-type", "")
    return answer.text if kind.startswith("text/plain") or not kind else ""
