"""What the operator is told: the rules, each channel for itself, and real peers on loopback."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest

from alpine_core.adapters.alert_channels import MailAlerts, PagerDutyAlerts, SlackAlerts
from alpine_core.alerts.rules import RULES, gathered, judged, trial
from alpine_core.errors import DeliveryError
from alpine_core.model import Mail
from alpine_core.model.operator_alert import OperatorAlert
from alpine_core.testing.samples import MOMENT


def alert(rule: str = "integrity_alarm", subject: str = "split_view", *, over: bool = False) -> OperatorAlert:
    return OperatorAlert(
        rule=rule, subject=subject, title="the record has an alarm", message="<!here> at 12", critical=True, at=MOMENT,
        over=over,
    )  # fmt: skip


def test_a_matter_is_told_when_it_begins_and_when_it_is_over() -> None:
    standing, told = judged({}, {("mails_dead", ""): "3 in the outbox", ("database_away", ""): ""}, MOMENT)
    assert [(one.key, one.state, one.message) for one in told] == [("mails_dead", "warning", "3 in the outbox")]
    standing, told = judged(standing, {("mails_dead", ""): "4 in the outbox"}, MOMENT)
    assert told == ()
    standing, told = judged(standing, {("database_away", ""): "gone"}, MOMENT)
    assert [(one.key, one.state) for one in told] == [("database_away", "critical")]
    assert ("mails_dead", "") in standing
    standing, told = judged(standing, {("mails_dead", ""): "", ("database_away", ""): ""}, MOMENT)
    assert [(one.key, one.state) for one in told] == [("mails_dead", "over"), ("database_away", "over")]
    assert standing == {}


def test_where_a_rule_is_right_as_a_whole_each_of_its_matters_is_over() -> None:
    whole, one, other = ("witness_stale", ""), ("witness_stale", "a.example"), ("witness_stale", "b.example")
    standing, _ = judged({}, {whole: "", one: "nothing since 12:00", other: "nothing since 12:00"}, MOMENT)
    standing, told = judged(standing, {other: "nothing since 12:00"}, MOMENT)
    assert told == ()
    standing, told = judged(standing, {whole: "", other: "nothing since 12:00"}, MOMENT)
    assert [(alert.key, alert.state) for alert in told] == [("witness_stale:a.example", "over")]
    assert standing == {other: "nothing since 12:00"}


def test_what_is_no_rule_is_our_bug() -> None:
    with pytest.raises(KeyError):
        judged({}, {("mails_lost", ""): "x"}, MOMENT)
    assert sorted(RULES) == [
        "database_away", "ingest_silent", "integrity_alarm", "integrity_late", "log_halted", "mails_dead",
        "mirror_behind", "record_damaged", "secrets_away", "webhooks_dead", "witness_stale",
    ]  # fmt: skip


def test_ten_are_told_one_by_one_and_a_new_one_ends_none_of_them() -> None:
    ten = tuple(f"s{number}" for number in range(10))
    assert gathered(ten, (), "more") == ten
    assert gathered(("s10", *ten), ten, "more") == (*ten, "more")
    assert gathered(("s10", *ten), (), "more") == ("s10", *ten[:9], "more")


def test_who_is_among_the_rest_stays_there_while_there_is_a_rest() -> None:
    ten = tuple(f"s{number}" for number in range(10))
    assert gathered((*ten[1:], "s10", "s11"), (*ten, "more"), "more") == (*ten[1:], "more")
    assert gathered(ten[1:], (*ten, "more"), "more") == ten[1:]
    assert gathered((*ten[1:], "s12"), ten[1:], "more") == (*ten[1:], "s12")


@asynccontextmanager
async def receiver(status: str, *headers: str) -> AsyncIterator[tuple[str, list[dict[str, Any]]]]:
    """An HTTP peer that answers everything alike, and what it was sent."""
    taken: list[dict[str, Any]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
        taken.append({"path": head.split(" ")[1], **json.loads(await reader.readexactly(length))})
        said = "\r\n".join([f"HTTP/1.1 {status}", "Content-Length: 0", "Connection: close", *headers, "", ""])
        writer.write(said.encode())
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", taken


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as opened:
        yield opened


async def test_pagerduty_opens_and_closes_one_incident(client: httpx.AsyncClient) -> None:
    async with receiver("202 Accepted") as (url, taken):
        for over in (False, True):
            await PagerDutyAlerts(client, "key", url).tell(alert(over=over))
    opened, closed = taken
    assert (opened["path"], opened["event_action"], opened["payload"]["severity"]) == (
        "/v2/enqueue",
        "trigger",
        "critical",
    )
    assert (closed["event_action"], closed["dedup_key"]) == ("resolve", opened["dedup_key"])


async def test_slack_shows_the_state_and_takes_no_markup(client: httpx.AsyncClient) -> None:
    async with receiver("200 OK") as (url, taken):
        await SlackAlerts(client, f"{url}/services/x").tell(alert())
    (attachment,) = taken[0]["attachments"]
    assert attachment["color"] == "#d32f2f"
    assert attachment["blocks"][1]["text"]["text"] == "&lt;!here&gt; at 12"


REFUSALS = [("400 Bad Request", False, None), ("429 Too Many Requests", True, 7.0), ("503 Gone", True, 7.0)]


@pytest.mark.parametrize(("status", "retry", "asked"), REFUSALS)
async def test_a_refusal_says_whether_to_try_again(
    client: httpx.AsyncClient, status: str, retry: bool, asked: float | None
) -> None:
    headers = () if asked is None else ("Retry-After: 7",)
    async with receiver(status, *headers) as (url, _):
        with pytest.raises(DeliveryError) as refused:
            await SlackAlerts(client, f"{url}/services/s3cret").tell(alert())
    assert (refused.value.retry, refused.value.retry_after) == (retry, asked)
    assert "s3cret" not in str(refused.value)


class Post:
    """`ports.Mailer` that does not know one recipient."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []

    async def send(self, mail: Mail) -> None:
        if mail.recipient.startswith("nobody"):
            raise DeliveryError("no such user", retry=False)
        self.sent.append(mail)


async def test_the_same_alert_is_the_same_mail() -> None:
    post = Post()
    channel = MailAlerts(post, "ops@x.example", "x")
    for _ in range(2):
        await channel.tell(trial(MOMENT + timedelta(seconds=1)))
    await channel.tell(alert(over=True))
    assert post.sent[0].subject == "Alpine [warning]: test of the alerts: nothing is wrong"
    assert [one.recipient for one in post.sent] == ["ops@x.example"] * 3
    assert post.sent[0].message_id == post.sent[1].message_id != post.sent[2].message_id


async def test_a_recipient_that_is_not_known_is_told() -> None:
    with pytest.raises(DeliveryError, match="no such user"):
        await MailAlerts(Post(), "nobody@x.example", "x").tell(alert())
