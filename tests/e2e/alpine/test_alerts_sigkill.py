"""SIGKILL while an alert stands: the next process says that it is over, and nobody is told twice."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.e2e.alpine.alpine_process import AlpineFolder

SECONDS = 30


class Receiver:
    """PagerDuty and Slack at one address: what each was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self._news = threading.Condition()

    def take(self, path: str, document: dict[str, Any]) -> None:
        words = document["event_action"] if path == "/v2/enqueue" else document["text"]
        with self._news:
            self.told.append((path, words))
            self._news.notify_all()

    def wait_for(self, count: int) -> list[tuple[str, str]]:
        """What was told so far, sorted, once it is so much."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.told) >= count, SECONDS), self.told
            return sorted(self.told)


@contextmanager
def receiving() -> Iterator[tuple[Receiver, str]]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.take(self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_words: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield receiver, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def raise_alarm(database: Path) -> None:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("INSERT INTO alarms VALUES (1, 'split_view', 'log', '', 'x', 'y', x'', ?)", (now,))
        connection.commit()


def let_two_days_pass(database: Path) -> None:
    """For the alarm, which nobody can change as long as the table is guarded."""
    then = (datetime.now(UTC) - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    with closing(sqlite3.connect(database)) as connection:
        guards = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'alarms'")
        for (name,) in guards.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE alarms SET raised_at = ?", (then,))
        connection.commit()


def until_noted(database: Path) -> None:
    """A kill between the telling and its note has it told again, by a channel's key for it the same."""
    deadline = time.monotonic() + SECONDS
    with closing(sqlite3.connect(database)) as connection:
        while connection.execute("SELECT DISTINCT state FROM alert_deliveries").fetchall() != [("told",)]:
            assert time.monotonic() < deadline
            time.sleep(0.01)


def test_what_was_told_before_the_kill_is_over_after_it(tmp_path: Path) -> None:
    with receiving() as (receiver, url):
        folder = AlpineFolder(tmp_path).upgraded()
        folder.environment |= {
            "PAGERDUTY_URL": url,
            "PAGERDUTY_INTEGRATION_KEY": "k",
            "SLACK_WEBHOOK_URL": f"{url}/slack",
        }
        raise_alarm(folder.database)
        folder.serve()
        begun = [("/slack", "[critical] the record has an alarm: split_view log"), ("/v2/enqueue", "trigger")]
        assert receiver.wait_for(2) == begun
        until_noted(folder.database)
        folder.kill()
        let_two_days_pass(folder.database)
        folder.serve()
        over = [("/slack", "[over] the record has an alarm: split_view log"), ("/v2/enqueue", "resolve")]
        assert receiver.wait_for(4) == sorted(begun + over)
        until_noted(folder.database)
        folder.stop()
        listed = folder.run("alert", "list", "--json")
    assert listed.returncode == 0, listed.stderr
    rows = [(one["state"], one["matter"], one["channels"]) for one in json.loads(listed.stdout)]
    channels = "pagerduty told, slack told"
    assert rows == [
        ("over", "integrity_alarm:split_view log", channels),
        ("critical", "integrity_alarm:split_view log", channels),
    ]
