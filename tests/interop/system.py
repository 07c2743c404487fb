"""Producer, executors and distributor: four real processes over loopback, for tests that start, kill and compare.

Knows both sides by their commands, addresses and databases only: nothing of either is imported.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.commands import run_command
from tests.ports import free_port

BIN = Path(sys.executable).parent
SYNC_KEY, DISTRIBUTION_KEY = "5" * 64, "d" * 64
SYMBOLS = ["AAPL", "AMZN", "BA", "AMD", "SPY", "TSLA"]
GENERATOR, REGULAR, PROP_FIRM, ALPINE = "generator", "regular", "prop_firm", "alpine"
EVERYONE = (ALPINE, REGULAR, PROP_FIRM, GENERATOR)


class LiveSystem:
    """Four processes and their databases in one folder. Each can be started, killed and started again. `files` are the
    databases that are files."""

    files: tuple[str, ...] = ("signals_unified", "alpine", "executor_argo", "executor_prop_firm")

    def __init__(self, folder: Path, cache: Path, interval_seconds: float = 0.5) -> None:
        self.folder = folder
        self.ports = {name: free_port() for name in EVERYONE}
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self._cache, self._interval = cache, interval_seconds
        self.sync_key = SYNC_KEY
        self.vkey = ""
        self._configure()
        self.vkey = self._said(GENERATOR, "ledger", "key")
        for name in (GENERATOR, ALPINE):
            self._said(name, "db", "upgrade")

    @classmethod
    def copy_of(cls, ended: LiveSystem, folder: Path) -> LiveSystem:
        """The same system, as far as it had come, in a folder of its own; none of its processes may be running."""
        assert not ended.running
        copied = cls.__new__(cls)
        vars(copied).update(vars(ended), folder=folder, running={})
        shutil.copytree(ended.folder, folder, dirs_exist_ok=True)
        return copied

    def start(self, *names: str) -> None:
        """Start these and wait until each answers."""
        for name in names:
            with (self.folder / f"{name}.log").open("ab") as log:
                self.running[name] = subprocess.Popen(
                    self._command(name), env=self._environment(name), cwd=self.folder, stdout=log, stderr=log
                )
        for name in names:
            self.wait_until(lambda name=name: self.answers(name), name)  # type: ignore[misc]

    def kill(self, name: str) -> None:
        """SIGKILL, by pid."""
        process = self.running.pop(name)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait(10) == -signal.SIGKILL

    def end(self, *names: str) -> None:
        """SIGTERM, and an exit status of 0."""
        for name in names:
            process = self.running.pop(name)
            process.terminate()
            assert process.wait(20) == 0, self.log(name)

    def close(self) -> None:
        """Nothing is left running."""
        for process in self.running.values():
            process.kill()
            process.wait()

    def answers(self, name: str) -> bool:
        """True if the process answers its liveness address."""
        return self.get(name, "/health") is not None

    def get(self, name: str, path: str) -> Any:
        """A JSON answer, None if there is none."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ports[name]}{path}", timeout=5) as answer:
                return json.load(answer)
        except (OSError, urllib.error.URLError, ValueError):
            return None

    def wait_until(self, condition: Callable[[], bool], *watched: str, seconds: float = 60) -> None:
        """Poll until the condition holds; fails if a watched process ends or the time is over."""
        deadline = time.monotonic() + seconds
        while not condition():
            for name in watched:
                assert self.running[name].poll() is None, f"{name} ended: {self.log(name)}"
            assert time.monotonic() < deadline, {name: self.log(name) for name in self.ports}
            time.sleep(0.02)

    def command(self, name: str, *words: str) -> subprocess.CompletedProcess[str]:
        """A command of one side that ends by itself."""
        program = "alpine" if name == ALPINE else "argo"
        return run_command(program, words, self.folder, self._environment(name))

    @property
    def key_file(self) -> Path:
        """The producer's signing key."""
        return self.folder / "keys" / "argo" / "log.key"

    def rows(self, database: str, query: str) -> list[tuple[Any, ...]]:
        """Rows of one of the databases: `signals_unified`, `alpine`, `executor_argo`, `executor_prop_firm`."""
        path = self.folder / f"{database}.db"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as connection:
            return connection.execute(query).fetchall()

    def tamper(self, database: str, statement: str) -> None:
        """Change what must not change, as somebody with the file can: the guards are dropped first."""
        with closing(sqlite3.connect(self.folder / f"{database}.db", timeout=10)) as connection:
            triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for (trigger,) in triggers:
                connection.execute(f"DROP TRIGGER {trigger}")
            connection.execute(statement)
            connection.commit()

    def published(self) -> int:
        """How many signals the producer has stored."""
        found: int = self.rows("signals_unified", "SELECT count(*) FROM signal_log")[0][0]
        return found

    def log(self, name: str) -> str:
        """The end of a process's log."""
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace")[-3000:] if path.exists() else ""

    def settle(self) -> None:
        """Stop producing, let everybody deliver what is left, then end the producer."""
        if GENERATOR in self.running:
            self.end(GENERATOR)
        document = json.loads((self.folder / "generator.json").read_text())
        document["signal_generation"]["enabled"] = False
        (self.folder / "generator.json").write_text(json.dumps(document))
        self.start(GENERATOR)
        self.wait_until(self._nothing_waits, *EVERYONE)

    def _nothing_waits(self) -> bool:
        waiting = (
            "SELECT count(*) FROM outbox WHERE position NOT IN (SELECT position FROM outbox_delivery) "
            "AND position NOT IN (SELECT position FROM outbox_refusal)"
        )
        databases = ("signals_unified", "executor_argo", "executor_prop_firm")
        judged = all(
            self.rows(name, "SELECT (SELECT count(*) FROM inbox_log) - (SELECT count(*) FROM verdict_log)") == [(0,)]
            for name in databases[1:]
        )
        return judged and all(self.rows(name, waiting) == [(0,)] for name in databases)

    def _said(self, name: str, *words: str) -> str:
        """What a command prints, which must succeed."""
        done = self.command(name, *words)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def _command(self, name: str) -> list[str]:
        if name == ALPINE:
            return [str(BIN / "alpine"), "serve"]
        if name == GENERATOR:
            return [str(BIN / "argo"), "serve"]
        executor = {REGULAR: "argo", PROP_FIRM: "prop_firm"}[name]
        return [str(BIN / "argo"), "serve", "--role", "executor", "--executor", executor]

    def _environment(self, name: str) -> dict[str, str]:
        own: Mapping[str, Mapping[str, str]] = {
            ALPINE: {
                "ALPINE_DATABASE_URL": f"sqlite+aiosqlite:///{self.folder / 'alpine.db'}",
                "ALPINE_PORT": str(self.ports[ALPINE]),
                "ALPINE_DEMO_ACCOUNT": "reader@example.test:a password for tests",
                "ALPINE_KEY_DIR": str(self.folder / "keys" / "alpine"),
                "ALPINE_LOG_VKEYS": self.vkey,
                "ARGO_API_KEY": SYNC_KEY,
            },
            GENERATOR: {
                "ARGO_CACHE_DIR": str(self._cache),
                "ARGO_KEY_DIR": str(self.folder / "keys" / "argo"),
                "ALPINE_API_URL": f"http://127.0.0.1:{self.ports[ALPINE]}",
                "ARGO_API_KEY": self.sync_key,
            },
            REGULAR: {"ALPACA_API_KEY": "SIMULATED-1", "ALPACA_SECRET_KEY": "one"},
            PROP_FIRM: {"PROP_FIRM_API_KEY": "SIMULATED-2", "PROP_FIRM_SECRET_KEY": "two"},
        }
        shared = {} if name == ALPINE else {"ARGO_DISTRIBUTION_KEY": DISTRIBUTION_KEY}
        config = {} if name == ALPINE else {"ARGO_CONFIG": str(self.folder / f"{name}.json")}
        return {"PATH": os.environ["PATH"], **config, **shared, **own[name]}

    def _configure(self) -> None:
        addresses = {"argo": REGULAR, "prop_firm": PROP_FIRM}
        self._write(
            GENERATOR,
            {
                "signal_generation": {"interval_seconds": self._interval, "symbols": SYMBOLS},
                "replay": {"start": "2011-01-01", "end": "2019-12-31"},
                "database": {"path": "signals_unified.db"},
                "distribution": {
                    "executors": {key: f"http://127.0.0.1:{self.ports[name]}" for key, name in addresses.items()}
                },
            },
        )
        for identity, name in addresses.items():
            self._write(
                name,
                {
                    "executor": {
                        "id": identity,
                        "signal_source_url": f"http://127.0.0.1:{self.ports[GENERATOR]}",
                    },
                    "prop_firm": {"enabled": name == PROP_FIRM},
                    "trading": {"auto_execute": True, "min_confidence": 65},
                    "database": {"path": f"executor_{identity}.db"},
                },
            )

    def _write(self, name: str, settings: dict[str, object]) -> None:
        document = {**settings, "server": {"port": self.ports[name]}}
        (self.folder / f"{name}.json").write_text(json.dumps(document))


@contextmanager
def distributor_of_a_copy(ended: LiveSystem, folder: Path) -> Iterator[LiveSystem]:
    """A copy of a system in which everybody has ended, its distributor running: for tests that spoil what it serves."""
    system = LiveSystem.copy_of(ended, folder)
    system.start(ALPINE)
    try:
        yield system
    finally:
        system.close()
