"""The real `argo` as a process, on recorded history, for tests that start, watch and kill it."""

from __future__ import annotations

import copy
import functools
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.commands import run_command
from tests.ports import free_port

ARGO = Path(sys.executable).parent / "argo"
SYMBOLS = ["AAPL", "TSLA", "SPY", "BTC-USD", "ETH-USD", "XRP-USD"]


class ArgoFolder:
    """A folder with a configuration and a database, and the commands run in it."""

    def __init__(self, folder: Path, cache: Path, **generation: object) -> None:
        self.folder, self.port = folder, free_port()
        self.database = folder / "signals_unified.db"
        document = {
            "signal_generation": {"interval_seconds": 0.5, "symbols": SYMBOLS, **generation},
            "database": {"path": self.database.name},
            "server": {"port": self.port},
        }
        self.config = folder / "config.json"
        self.config.write_text(json.dumps(document))
        self.environment = {
            "PATH": os.environ["PATH"],
            "ARGO_CONFIG": str(folder / "config.json"),
            "ARGO_CACHE_DIR": str(cache),
        }

    def with_environment(self, **variables: str) -> ArgoFolder:
        """The same folder, for processes that see these variables too."""
        other = copy.copy(self)
        other.environment = {**self.environment, **variables}
        return other

    def upgraded(self) -> ArgoFolder:
        """The same folder, now with an empty database of the newest schema. Made by the real command, once in this
        process: each further one is a copy, for making one costs seconds."""
        self.database.write_bytes(_empty_database())
        return self

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command that ends by itself."""
        return run_command("argo", words, self.folder, self.environment)

    def serve(self) -> subprocess.Popen[bytes]:
        """The generator, its log in the folder."""
        with (self.folder / "generator.log").open("ab") as log:
            return subprocess.Popen([ARGO, "serve"], env=self.environment, cwd=self.folder, stdout=log, stderr=log)

    def get(self, path: str) -> Any:
        """A JSON answer of the running generator."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
            return json.load(answer)

    def stored_cycles(self) -> list[str]:
        """The ids of the durable cycles, oldest first."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return [row[0] for row in connection.execute("SELECT cycle_id FROM cycle_log ORDER BY id")]


@functools.cache
def _empty_database() -> bytes:
    with tempfile.TemporaryDirectory() as name:
        folder = ArgoFolder(Path(name), Path(name))
        made = folder.run("db", "upgrade")
        assert made.returncode == 0, made.stderr
        return folder.database.read_bytes()


def wait_until(condition: Callable[[], bool], process: subprocess.Popen[bytes], seconds: float = 90) -> None:
    """Poll until the condition holds; fails if the process ends or the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert process.poll() is None, "the process ended by itself"
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("the condition did not come true in time")


def stop(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM) -> int:
    """Signal the process and return its exit status."""
    process.send_signal(how)
    return process.wait(20)
