"""PagerDuty, Slack and Notion as HTTP peers on loopback: what they get, and what their refusals mean."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec
import pytest

from argo_core.adapters.alert_channels.notion import Notion
from argo_core.adapters.alert_channels.pagerduty import PagerDuty, incident_key
from argo_core.adapters.alert_channels.posting import Posting
from argo_core.adapters.alert_channels.slack import Slack, message_of
from argo_core.model.alert import Alert, Delivery, Severity
from argo_core.ports import Notifier
from argo_core.testing.contracts.alert_store import sample_alert
from argo_core.testing.contracts.notifier import NotifierContract
from tests.argo.adapters.vendor_path.raw_peer import answer, reset, silence
from tests.argo.peers.http_peer import HttpPeer, Reply, Request, serving

KEY = "s3cret-key-0123456789"
TAKEN = Reply({"status": "success", "message": "Event processed"}, 202)
MAKE: dict[str, Callable[[httpx.AsyncClient, str], Notifier]] = {
    "pagerduty": lambda client, url: PagerDuty(client, KEY, url, deadline_seconds=0.5),
    "slack": lambda client, url: Slack(client, f"{url}/services/T/B/{KEY}", deadline_seconds=0.5),
    "notion": lambda client, url: Notion(client, KEY, "ds-1", url, deadline_seconds=0.5),
}


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as opened:
        yield opened


@pytest.fixture
async def peer() -> AsyncIterator[HttpPeer]:
    async with serving(lambda _: TAKEN) as running:
        yield running


@pytest.fixture(params=MAKE)
def notifier(request: pytest.FixtureRequest, client: httpx.AsyncClient, peer: HttpPeer) -> Notifier:
    return MAKE[request.param](client, peer.url)


class TestChannels(NotifierContract):
    @pytest.fixture
    def broken_notifier(self, notifier: Notifier, peer: HttpPeer) -> Notifier:
        peer.fault = reset
        return notifier


def sent(peer: HttpPeer) -> tuple[Request, dict[str, Any]]:
    (request,) = peer.requests
    return request, json.loads(request.body)


async def test_pagerduty_opens_an_incident_and_closes_the_same(client: httpx.AsyncClient, peer: HttpPeer) -> None:
    channel = PagerDuty(client, KEY, peer.url)
    assert (await channel.send(sample_alert(severity=Severity.CRITICAL))).detail == "taken: 202"
    assert (await channel.send(sample_alert(resolved=True))).delivered
    opened, closed = (json.loads(one.body) for one in peer.requests)
    assert [one.path for one in peer.requests] == ["/v2/enqueue"] * 2
    assert opened == {
        "routing_key": KEY,
        "event_action": "trigger",
        "dedup_key": "generator/disk_high",
        "payload": {
            "summary": "the disk fills up",
            "source": "generator",
            "severity": "critical",
            "timestamp": "2026-01-02T14:30:00+00:00",
            "custom_details": {"message": "93 %", "runbook": "disk_high", "limit": "above 90"},
        },
    }
    assert closed == {"routing_key": KEY, "event_action": "resolve", "dedup_key": "generator/disk_high"}


def test_an_incidents_key_stays_below_what_pagerduty_takes_and_apart_from_others() -> None:
    long, other = (incident_key(sample_alert("k" * 300 + end)) for end in "ab")
    assert (len(long), len(other)) == (255, 255)
    assert long != other


async def test_slack_gets_a_bar_in_the_severitys_colour_and_fields(client: httpx.AsyncClient, peer: HttpPeer) -> None:
    await Slack(client, f"{peer.url}/services/T/B/x").send(sample_alert(severity=Severity.CRITICAL))
    request, message = sent(peer)
    assert request.path == "/services/T/B/x"
    assert message["text"] == "[critical] the disk fills up"
    (attachment,) = message["attachments"]
    assert attachment["color"] == "#d32f2f"
    header, section, fields = attachment["blocks"]
    assert header == {"type": "header", "text": {"type": "plain_text", "text": "the disk fills up"}}
    assert section["text"]["text"] == "93 %"
    assert [one["text"] for one in fields["fields"]] == [
        "*Severity*\ncritical",
        "*Source*\ngenerator",
        "*Raised*\n2026-01-02 14:30:00 UTC",
        "*Runbook*\ndisk_high",
        "*limit*\nabove 90",
    ]


def hostile() -> Alert:
    """What a vendor's error text might bring along."""
    return msgspec.structs.replace(
        sample_alert(),
        title="t" * 4000,
        message="<!channel> <https://evil.example|click> &" + "m" * 4000,
        details={f"name {number}": "v" * 3000 for number in range(30)},
    )


def test_nothing_in_an_alert_becomes_a_mention_and_slacks_limits_hold() -> None:
    (attachment,) = message_of(hostile())["attachments"]
    header, section, *fields = attachment["blocks"]
    assert len(header["text"]["text"]) == 150
    assert section["text"]["text"].startswith("&lt;!channel&gt; &lt;https://evil.example|click&gt; &amp;m")
    assert len(section["text"]["text"]) == 3000
    assert [len(one["fields"]) for one in fields] == [10, 10, 10, 4]
    assert max(len(field["text"]) for one in fields for field in one["fields"]) == 2000


async def test_notion_gets_a_page_that_can_be_found_again(client: httpx.AsyncClient, peer: HttpPeer) -> None:
    await Notion(client, KEY, "ds-1", peer.url).send(sample_alert())
    request, page = sent(peer)
    assert request.path == "/v1/pages"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["notion-version"] == "2025-09-03"
    assert page["parent"] == {"type": "data_source_id", "data_source_id": "ds-1"}
    columns = page["properties"]
    assert sorted(columns) == ["Key", "Name", "Raised", "Runbook", "Severity", "Source", "State"]
    assert columns["Severity"] == {"select": {"name": "warning"}}
    assert columns["State"] == {"select": {"name": "open"}}
    assert columns["Raised"] == {"date": {"start": "2026-01-02T14:30:00+00:00"}}


def told(channel: str, detail: str, *, permanent: bool = False, retry_after: float | None = None) -> Delivery:
    return Delivery(channel=channel, delivered=False, detail=detail, permanent=permanent, retry_after=retry_after)


# Each line: the channel, what the vendor says, and what we make of it.
REFUSALS = [
    ("pagerduty", Reply({"status": "invalid event", "message": "Event object is invalid",
                         "errors": ["Length of 'routing_key' is incorrect", f"got {KEY}"]}, 400),
     "400: Event object is invalid: Length of 'routing_key' is incorrect, got ••••", True, None),
    ("pagerduty", Reply({"status": "throttle exceeded", "message": "Requests are arriving too quickly"},
                        429, headers=("Retry-After: 17",)),
     "429: Requests are arriving too quickly", False, 17.0),
    ("pagerduty", Reply(b"", 503), "503", False, None),
    ("slack", Reply(b"invalid_payload", 400, "text/plain; charset=utf-8"), "400: invalid_payload", True, None),
    ("slack", Reply(b"no_service", 404, "text/plain"), "404: no_service", True, None),
    ("slack", Reply(b"channel_is_archived", 410, "text/plain"), "410: channel_is_archived", True, None),
    ("slack", Reply(b"rate_limited", 429, "text/plain", ("Retry-After: 30",)), "429: rate_limited", False, 30.0),
    ("slack", Reply(b"<html>down</html>", 502, "text/html"), "502", False, None),
    ("notion", Reply({"object": "error", "status": 400, "code": "validation_error",
                      "message": "Severity is not a property that exists."}, 400),
     "400: validation_error: Severity is not a property that exists.", True, None),
    ("notion", Reply({"object": "error", "code": "unauthorized", "message": f"{KEY} is invalid."}, 401),
     "401: unauthorized: •••• is invalid.", True, None),
    ("notion", Reply({"code": "rate_limited", "message": "slow down"}, 429, headers=("Retry-After: 2",)),
     "429: rate_limited: slow down", False, 2.0),
    ("notion", Reply({"code": "conflict_error", "message": "again"}, 409), "409: conflict_error: again", False, None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "reply", "detail", "permanent", "asked"), REFUSALS)
async def test_a_refusal_says_whether_to_try_again_and_shows_no_secret(
    client: httpx.AsyncClient,
    peer: HttpPeer,
    name: str,
    reply: Reply,
    detail: str,
    permanent: bool,
    asked: float | None,
) -> None:
    peer.fault = reply.answering()
    delivery = await MAKE[name](client, peer.url).send(sample_alert())
    assert delivery == told(name, detail, permanent=permanent, retry_after=asked)


@pytest.mark.parametrize("name", MAKE)
async def test_silence_ends_at_the_deadline(client: httpx.AsyncClient, peer: HttpPeer, name: str) -> None:
    peer.fault = silence
    assert await MAKE[name](client, peer.url).send(sample_alert()) == told(name, "no answer within 0.5 s")


async def test_a_vendor_that_nobody_reaches_is_told_without_its_address(client: httpx.AsyncClient) -> None:
    for name, make in MAKE.items():
        delivery = await make(client, "http://127.0.0.1:9").send(sample_alert())
        assert delivery == told(name, "not reached: ConnectError")


async def test_a_date_may_say_when_to_come_back(client: httpx.AsyncClient, peer: HttpPeer) -> None:
    now = datetime(2026, 3, 2, 15, tzinfo=UTC)
    posting = Posting(client, "slack", peer.url, lambda _: "", KEY, lambda: now)
    for said, seconds in (
        ("Mon, 02 Mar 2026 15:00:40 GMT", 40.0),
        ("Mon, 02 Mar 2026 14:00:00 GMT", 0.0),
        ("soon", None),
    ):
        peer.fault = answer("503 Busy", b"", f"Retry-After: {said}")
        assert (await posting.post({})).retry_after == seconds
