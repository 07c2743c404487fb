"""The real `alpine` as a process over a real SQLite file, and the provider's side of it."""

from __future__ import annotations

import functools
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from alpine_core.testing.sample_log import SAMPLE_VKEY, SampleLog
from alpine_core.testing.samples import DETAILS, sample_members, sample_outcome, sample_trade
from tests.commands import run_command
from tests.ports import free_port

ALPINE = Path(sys.executable).parent / "alpine"
SYNC = "/api/v1/external-signals/sync"
KEY = "5a" * 32
EMAIL, PASSWORD = "demo@alpine.localhost", "demonstration"


class AlpineFolder:
    """A folder with settings and database, its commands, and its server once `serve` was called."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.database = folder / "data" / "alpine.db"
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        self.environment = {
            "PATH": os.environ["PATH"],
            "ALPINE_PORT": str(self.port),
            "ARGO_API_KEY": KEY,
            "ALPINE_DEMO_ACCOUNT": f"{EMAIL}:{PASSWORD}",
            "ALPINE_FREE_DELAY_SECONDS": "1",
            "ALPINE_LOG_VKEYS": SAMPLE_VKEY,
        }
        self.log = SampleLog()
        self._witnessed = self._mirrored = 0
        self._members: dict[str, dict[str, Any]] = {}

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command that ends by itself."""
        return run_command("alpine", words, self.folder, self.environment)

    def upgraded(self) -> AlpineFolder:
        """The same folder, now with an empty database of the newest schema. Made by the real command, once in this
        process: each further one is a copy, for making one costs seconds."""
        self.database.parent.mkdir(parents=True, exist_ok=True)
        self.database.write_bytes(_empty_database())
        return self

    def serve(self, *words: str) -> None:
        """Start the server, with further words of its command, and wait until it answers."""
        with (self.folder / "alpine.log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(ALPINE), "serve", *words], cwd=self.folder, env=self.environment, stdout=log, stderr=log
            )
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            assert self._process.poll() is None, (self.folder / "alpine.log").read_text()
            try:
                with urllib.request.urlopen(f"{self.url}/health", timeout=2):
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the server did not start")

    def stop(self) -> int:
        """End the server by SIGTERM, if it runs; its exit status."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(20)

    @property
    def workers(self) -> list[int]:
        """The processes that the server has started, the eldest first."""
        assert self._process is not None
        number = self._process.pid
        return [int(word) for word in Path(f"/proc/{number}/task/{number}/children").read_text("ascii").split()]

    def kill(self) -> None:
        """End the server by SIGKILL: it can do nothing about it."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(20)

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """A delivery that is expected to be taken."""
        headers = {"X-API-Key": KEY, "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}{SYNC}/{path}", json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            told: dict[str, Any] = json.load(answer)
            return told

    def refused(self, path: str, body: dict[str, Any]) -> int:
        """A delivery that is expected to be refused; the status."""
        try:
            self.post(path, body)
        except urllib.error.HTTPError as error:
            return error.code
        raise AssertionError("it was taken")

    def deliver(self, signal_id: str, **changed: Any) -> None:
        """A signal with votes and reasoning, made a second ago, sealed in the log, which is mirrored then."""
        now = _moment(seconds_ago=1)
        members = sample_members(signal_id, **{**DETAILS, "timestamp": now, "as_of": now, **changed})
        self.post("signal", self.log.seal(members, old_size=self._witnessed))
        self._members[signal_id] = members
        self._witnessed = self.log.size
        self.mirror()

    def deliver_many(self, names: list[str]) -> None:
        """Signals of one body, sealed in the log, which is mirrored then."""
        now, old_size = _moment(seconds_ago=1), self._witnessed
        for name in names:
            self._members[name] = sample_members(name, **{**DETAILS, "timestamp": now, "as_of": now})
        sealed = [self.log.seal(self._members[name]) for name in names]
        step = {"old_size": old_size, "consistency": self.log.consistency(old_size)}
        proofs = self.log.tlog_proofs([each["leaf_index"] for each in sealed])
        bodies = [{**each, "tlog_proof": proof, **step} for each, proof in zip(sealed, proofs, strict=True)]
        answer = self.post("signals", {"signals": bodies})
        assert {each["status"] for each in answer["results"]} == {"accepted"}, answer["results"][0]
        self._witnessed = self.log.size
        self.mirror()

    def resolve(self, signal_id: str, market_time: str | None = None, **changed: Any) -> None:
        """Disclose a signal and end it now, by the log; of recorded history the provider tells the `market_time`."""
        now = _moment()
        self.log.reveal(self._members[signal_id], at=now)
        outcome = sample_outcome(signal_id, **{"exit_at": now, **changed})
        resolved = self.log.outcome_members(outcome)
        self.mirror()
        told = resolved if market_time is None else {**resolved, "exit_at": market_time}
        self.post("outcomes", {"outcomes": [told]})

    def realise(self, signal_id: str, **changed: Any) -> None:
        """Log a finished trade on a signal that ended, and tell it."""
        newest = json.loads(self.log.entries[-1])["at"]
        told = self.log.realised_members(sample_trade(signal_id, **changed), at=newest)
        self.mirror()
        answer = self.post("realised", {"realised": [told]})
        assert [each["status"] for each in answer["results"]] == ["accepted"], answer

    def mirror(self) -> None:
        """Bring the mirror up to the log."""
        self.post("checkpoint", self.log.checkpoint_body(old_size=self._witnessed, start=self._mirrored))
        self._witnessed = self._mirrored = self.log.size

    def deliver_marks(self, symbol: str, closes: list[float]) -> None:
        """Hourly bars that end now."""
        now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        starts = [now - timedelta(hours=len(closes) - number) for number in range(len(closes))]
        bars = [
            [f"{start:%Y-%m-%dT%H:%M:%SZ}", close, close + 1, close - 1, close, 100.0]
            for start, close in zip(starts, closes, strict=True)
        ]
        series = [{"symbol": symbol, "timeframe": "1h", "bars": bars}]
        self.post("marks", {"origin": "replay", "as_of": f"{now:%Y-%m-%dT%H:%M:%SZ}", "series": series})

    def tamper(self, signal_id: str, column: str, value: object) -> None:
        """Change one stored field behind the program's back, as somebody with the file could."""
        with closing(sqlite3.connect(self.database, timeout=10)) as connection:
            named = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'signals'")
            for (trigger,) in named.fetchall():
                connection.execute(f'DROP TRIGGER "{trigger}"')
            changed = connection.execute(f"UPDATE signals SET {column} = ? WHERE signal_id = ?", (value, signal_id))
            assert changed.rowcount == 1
            connection.commit()


def _moment(seconds_ago: float = 0) -> str:
    at = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}Z"


@functools.cache
def _empty_database() -> bytes:
    with tempfile.TemporaryDirectory() as name:
        folder = AlpineFolder(Path(name))
        made = folder.run("db", "upgrade")
        assert made.returncode == 0, made.stderr
        return folder.database.read_bytes()
