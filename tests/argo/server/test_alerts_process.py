"""The real generator with real peers: one channel down, another silent, the process killed: what was raised arrives."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.argo.adapters.alert_channels.mail_peer import MailPeer, mail_server
from tests.argo.adapters.vendor_path.raw_peer import answer, silence
from tests.argo.peers.http_peer import HttpPeer, Reply, serving
from tests.argo.server.processes import ArgoFolder, stop
from tests.ports import free_port

WAITING = """SELECT channel FROM alert_task AS t WHERE NOT EXISTS
             (SELECT 1 FROM alert_attempt AS a WHERE a.task = t.id AND a.delivered = 1)"""


@pytest.fixture
async def peer() -> AsyncIterator[HttpPeer]:
    """PagerDuty, Slack and Notion at one address, told apart by their paths."""
    async with serving(lambda _: Reply({"status": "success"}, 202)) as running:
        yield running


def folder_of(tmp_path: Path, cache: Path, peer: HttpPeer, mail_port: int) -> ArgoFolder:
    """A generator whose distributor is away."""
    return ArgoFolder(tmp_path, cache, distribute_to=[]).upgraded().with_environment(
        ALPINE_API_URL=f"http://127.0.0.1:{free_port()}",
        ARGO_API_KEY="0" * 64,
        PAGERDUTY_INTEGRATION_KEY="key",
        PAGERDUTY_URL=peer.url,
        SLACK_WEBHOOK_URL=f"{peer.url}/slack",
        NOTION_API_KEY="key",
        NOTION_DATA_SOURCE_ID="ds",
        NOTION_URL=peer.url,
        EMAIL_SMTP_HOST="127.0.0.1",
        EMAIL_SMTP_PORT=str(mail_port),
        EMAIL_SMTP_SECURITY="plain",
        EMAIL_TO="ops@example.com",
    )  # fmt: skip


def told(peer: HttpPeer, path: str) -> list[dict[str, object]]:
    return [json.loads(one.body) for one in peer.asked(path)]


def opened(peer: HttpPeer) -> list[object]:
    return [event["dedup_key"] for event in told(peer, "/v2/enqueue")]


async def test_one_channel_down_another_silent_and_a_kill_lose_nothing(
    tmp_path: Path, cache: Path, peer: HttpPeer
) -> None:
    mails = MailPeer()
    with mail_server(mails) as mail_port:
        folder = folder_of(tmp_path, cache, peer, mail_port)
        peer.fault, peer.faulty = silence, lambda request: "/v2/" in request.path or "/slack" in request.path
        first = folder.serve()
        async with asyncio.timeout(40):
            while not (mails.taken and told(peer, "/v1/pages") and told(peer, "/slack") and opened(peer)):
                await asyncio.sleep(0.05)
        first.send_signal(signal.SIGKILL)
        first.wait()
        waiting = [name for (name,) in stored(folder, WAITING)]
        assert {"pagerduty", "slack"} <= set(waiting)
        peer.requests.clear()
        peer.fault = answer("503 Busy", b"", "Retry-After: 1")
        peer.faulty = lambda _: len(peer.requests) <= 2
        second = folder.serve()
        async with asyncio.timeout(40):
            while stored(folder, WAITING):
                await asyncio.sleep(0.05)
        stop(second)
    critical = stored(folder, "SELECT dedup_key FROM alert_log WHERE severity = 'critical'")
    keys = {f"generator/{key}" for (key,) in critical}
    assert any(key.startswith("generator/service_down:") for key in keys)
    assert keys <= set(opened(peer))
    # Killed between a mail and its note, it is sent again under its own name.
    names = {mail["Message-ID"] for _, mail in mails.taken}
    assert [(len(names),)] == stored(folder, "SELECT count(*) FROM alert_log WHERE told = 1")
    assert len(mails.taken) <= len(names) + 1


def stored(folder: ArgoFolder, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{folder.database}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()


async def test_the_command_sends_one_to_each_channel_and_fails_for_one_that_is_down(
    tmp_path: Path, cache: Path, peer: HttpPeer
) -> None:
    mails = MailPeer()
    with mail_server(mails) as mail_port:
        folder = folder_of(tmp_path, cache, peer, mail_port)
        done = await asyncio.to_thread(folder.run, "alert", "test")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.splitlines() == [
            "pagerduty: delivered, taken: 202",
            "slack: delivered, taken: 202",
            "email: delivered, taken",
            "notion: delivered, taken: 202",
        ]
        peer.fault = answer("404 Not Found", b"no_service", kind="text/plain")
        peer.faulty = lambda request: "/slack" in request.path
        done = await asyncio.to_thread(folder.run, "alert", "test")
    assert done.returncode == 1
    assert "slack: FAILED, 404: no_service" in done.stdout.splitlines()
    assert (len(mails.taken), len(told(peer, "/slack"))) == (2, 2)
    assert stored(folder, "SELECT count(*) FROM alert_attempt WHERE delivered = 1") == [(7,)]
