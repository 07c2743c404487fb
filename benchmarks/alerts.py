"""How long an alert takes to each channel's real peer while one channel is down and another slow, at both companies.

Run: `python -m benchmarks.alerts`. A generator whose distributor is away, and a distributor whose record has an alarm.
One channel of each is an address where nobody listens, another takes `SLOW_SECONDS` for each answer. Seconds are those
in their databases, from the raising to the delivery. Status 1 if a channel that works took longer than 10.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from tests.argo.adapters.alert_channels.mail_peer import MailPeer, mail_server
from tests.argo.peers.http_peer import HttpPeer, Reply, serving
from tests.argo.server.processes import ArgoFolder, stop
from tests.e2e.alpine.alpine_process import AlpineFolder
from tests.e2e.alpine.test_alerts_sigkill import raise_alarm
from tests.ports import free_port

SLOW_SECONDS, MOST_SECONDS, PATIENCE_SECONDS = 4.0, 10.0, 60.0
PRODUCERS = """
    SELECT t.channel, a.raised_at, min(d.at) FROM alert_log a JOIN alert_task t ON t.alert = a.id
    LEFT JOIN alert_attempt d ON d.task = t.id AND d.delivered = 1
    WHERE a.severity = 'critical' GROUP BY a.id, t.channel"""
DISTRIBUTORS = """
    SELECT d.channel, a.at, CASE d.state WHEN 'told' THEN d.next_at END
    FROM operator_alerts a JOIN alert_deliveries d ON d.number = a.number WHERE a.critical = 1"""
Told = dict[str, float | None]


def main() -> int:
    """Print each channel's seconds; whether those that work were in time."""
    with tempfile.TemporaryDirectory() as name, mail_server(MailPeer()) as mail_port:
        for company in ("argo", "alpine"):
            (Path(name) / company).mkdir()
        results = asyncio.run(measure(Path(name), mail_port))
    late = False
    for company, down, told in results:
        for channel, seconds in sorted(told.items()):
            said = "nobody listens: waits" if seconds is None else f"{seconds:.2f} s"
            print(f"{company:12} {channel:10} {said}")
            late |= channel != down and (seconds is None or seconds > MOST_SECONDS)
    print("late" if late else f"every channel that works within {MOST_SECONDS:g} s")
    return int(late)


async def measure(folder: Path, mail_port: int) -> list[tuple[str, str, Told]]:
    """Company, the channel that is down, seconds by channel."""
    nobody = f"http://127.0.0.1:{free_port()}"
    async with serving(lambda _: Reply({"status": "success"}, 202)) as well, serving(lambda _: Reply({}, 200)) as slow:
        slow.delay_seconds = SLOW_SECONDS
        produced = await producer(folder / "argo", mail_port, well, slow, nobody)
        distributed = await distributor(folder / "alpine", mail_port, slow, nobody)
    return [("generator", "notion", produced), ("distributor", "pagerduty", distributed)]


async def producer(folder: Path, mail_port: int, well: HttpPeer, slow: HttpPeer, nobody: str) -> Told:
    """Its alert: the distributor is away."""
    argo = ArgoFolder(folder, folder / "cache", distribute_to=[]).upgraded().with_environment(
        ALPINE_API_URL=nobody, ARGO_API_KEY="0" * 64,
        PAGERDUTY_INTEGRATION_KEY="key", PAGERDUTY_URL=well.url, SLACK_WEBHOOK_URL=f"{slow.url}/slack",
        NOTION_API_KEY="key", NOTION_DATA_SOURCE_ID="ds", NOTION_URL=nobody,
        EMAIL_SMTP_HOST="127.0.0.1", EMAIL_SMTP_PORT=str(mail_port), EMAIL_SMTP_SECURITY="plain",
        EMAIL_TO="ops@example.com",
    )  # fmt: skip
    process = argo.serve()
    try:
        return await told(argo.database, PRODUCERS, lambda found: {"email", "pagerduty", "slack"} <= found)
    finally:
        await asyncio.to_thread(stop, process)


async def distributor(folder: Path, mail_port: int, slow: HttpPeer, nobody: str) -> Told:
    """Its alert: an alarm of the record."""
    alpine = AlpineFolder(folder).upgraded()
    alpine.environment |= {
        "PAGERDUTY_INTEGRATION_KEY": "key", "PAGERDUTY_URL": nobody, "SLACK_WEBHOOK_URL": f"{slow.url}/slack",
        "ALPINE_ALERT_EMAIL_TO": "ops@example.com", "ALPINE_SMTP_HOST": "127.0.0.1",
        "ALPINE_SMTP_PORT": str(mail_port), "ALPINE_SMTP_SECURITY": "plain",
    }  # fmt: skip
    raise_alarm(alpine.database)
    await asyncio.to_thread(alpine.serve)
    try:
        return await told(alpine.database, DISTRIBUTORS, lambda found: {"email", "slack"} <= found)
    finally:
        await asyncio.to_thread(alpine.stop)


async def told(database: Path, query: str, enough: Callable[[set[str]], bool]) -> Told:
    """The longest of each channel, once `enough` of them were told; None for one that was not."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            rows = connection.execute(query).fetchall()
        arrived = {channel for channel, _, at in rows if at is not None}
        if enough(arrived) or time.monotonic() > deadline:
            return {channel: longest(rows, channel) for channel, _, _ in rows}
        await asyncio.sleep(0.1)


def longest(rows: list[tuple[str, str, str | None]], channel: str) -> float | None:
    """Seconds of the slowest delivery that arrived."""
    took = [(moment(at) - moment(raised)).total_seconds() for name, raised, at in rows if name == channel and at]
    return max(took, default=None)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


if __name__ == "__main__":
    sys.exit(main())
