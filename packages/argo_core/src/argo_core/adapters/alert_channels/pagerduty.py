"""PagerDuty, Events API v2: a matter is an incident, opened by `trigger` and closed by `resolve`."""

from __future__ import annotations

import hashlib
from typing import Any

import httpx

from argo_core.adapters.alert_channels.posting import DEADLINE_SECONDS, Posting, json_words
from argo_core.alerts.routing import PAGERDUTY
from argo_core.model.alert import Alert, Delivery

URL = "https://events.pagerduty.com"
LONGEST_KEY, LONGEST_SUMMARY = 255, 1024


class PagerDuty:
    """`ports.Notifier`. `integration_key` is an Events API v2 integration's of one service."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        integration_key: str,
        url: str = URL,
        deadline_seconds: float = DEADLINE_SECONDS,
    ) -> None:
        self._key = integration_key
        address = f"{url.rstrip('/')}/v2/enqueue"
        self._posting = Posting(
            client, PAGERDUTY, address, _explained, integration_key, deadline_seconds=deadline_seconds
        )

    async def send(self, alert: Alert) -> Delivery:
        """Triggers, updates or resolves the incident of the alert's matter."""
        return await self._posting.post(event_of(alert, self._key))


def event_of(alert: Alert, integration_key: str) -> dict[str, Any]:
    """The event, by PagerDuty's fields; a resolve needs its key and nothing else."""
    event: dict[str, Any] = {
        "routing_key": integration_key,
        "event_action": "resolve" if alert.resolved else "trigger",
        "dedup_key": incident_key(alert),
    }
    if not alert.resolved:
        event["payload"] = {
            "summary": alert.title[:LONGEST_SUMMARY],
            "source": alert.source,
            "severity": alert.severity.value,
            "timestamp": alert.raised_at.isoformat(),
            "custom_details": {"message": alert.message, "runbook": alert.runbook, **alert.details},
        }
    return event


def incident_key(alert: Alert) -> str:
    """At most 255 characters; a longer key is cut and told apart by a hash of the whole."""
    key = f"{alert.source}/{alert.dedup_key}"
    if len(key) <= LONGEST_KEY:
        return key
    return f"{key[: LONGEST_KEY - 17]}-{hashlib.sha256(key.encode()).hexdigest()[:16]}"


def _explained(answer: httpx.Response) -> str:
    return json_words(answer, "message", "errors")
