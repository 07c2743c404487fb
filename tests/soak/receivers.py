"""Who takes the alerts: PagerDuty and Slack at one address, and a mail server."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from tests.argo.adapters.alert_channels.mail_peer import MailPeer, mail_server
from tests.argo.peers.http_peer import HttpPeer, Reply, serving


@dataclass(frozen=True, slots=True)
class Receivers:
    """What came to them, as they saw it."""

    http: HttpPeer
    mails: MailPeer
    mail_port: int

    def incidents(self) -> dict[str, str]:
        """PagerDuty's incidents by their key: the last thing said of each, `trigger` or `resolve`."""
        events: list[dict[str, Any]] = [json.loads(one.body) for one in self.http.asked("/v2/enqueue")]
        return {event["dedup_key"]: event["event_action"] for event in events}

    def lines(self, name: str) -> Counter[str]:
        """What Slack was told by the process of that name, and how often: `critical redis is down`."""
        said = [json.loads(one.body) for one in self.http.asked(f"/slack/{name}")]
        return Counter(
            f"{message['text'][1:].partition(']')[0]} {message['attachments'][0]['blocks'][0]['text']['text']}"
            for message in said
        )

    def counts(self) -> dict[str, int]:
        return {
            "pagerduty": len(self.http.asked("/v2/enqueue")),
            "slack": len(self.http.asked("/slack")),
            "email": len(self.mails.taken),
        }


@asynccontextmanager
async def receivers() -> AsyncIterator[Receivers]:
    """Both, on loopback."""
    mails = MailPeer()
    with mail_server(mails) as port:
        async with serving(lambda _: Reply({"status": "success"}, 202)) as http:
            yield Receivers(http, mails, port)
