"""Settings of executors, and the real process with a folder of its own."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import Any

from argo_server.settings import Settings, load_settings
from tests.argo.server.processes import ARGO
from tests.commands import run_command
from tests.ports import free_port

KEY = "the key that generator and executors share"
# The sample signals are of a fixed day; their age is another test's matter.
REGULAR = {
    "executor": {"id": "argo"},
    "trading": {"auto_execute": True, "max_signal_age_seconds": 1e9},
    "alpaca": {"api_key": "REGULAR-1", "secret_key": "s"},
}
PROP_FIRM = {
    "executor": {"id": "prop_firm"},
    "trading": {"auto_execute": True, "max_signal_age_seconds": 1e9},
    "prop_firm": {"enabled": True},
    "alpaca": {"prop_firm_test": {"api_key": "PROP-1", "secret_key": "s"}},
}


def settings_of(folder: Path, document: dict[str, Any], **environ: str) -> Settings:
    """The settings of a file with this content."""
    path = folder / "config.json"
    path.write_text(json.dumps(document))
    return load_settings({"ARGO_CONFIG": str(path), "ARGO_DISTRIBUTION_KEY": KEY, **environ})


class ExecutorFolder:
    """A configuration and an executor's database, and the process that works on them."""

    def __init__(self, folder: Path, document: dict[str, Any], **environ: str) -> None:
        self.folder, self.port = folder, free_port()
        # Nobody listens there: reports wait.
        executor = {"signal_source_url": f"http://127.0.0.1:{free_port()}", **document.get("executor", {})}
        server, database = {"port": self.port}, {"path": "executor.db"}
        whole = {**document, "executor": executor, "server": server, "database": database}
        (folder / "config.json").write_text(json.dumps(whole))
        self.environment = {
            "PATH": os.environ["PATH"],
            "ARGO_CONFIG": str(folder / "config.json"),
            "ARGO_DISTRIBUTION_KEY": KEY,
            **environ,
        }

    def serve(self) -> subprocess.Popen[bytes]:
        """The executor, its log in the folder."""
        with (self.folder / "executor.log").open("ab") as log:
            words = ("serve", "--role", "executor")
            return subprocess.Popen([ARGO, *words], env=self.environment, cwd=self.folder, stdout=log, stderr=log)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command that ends by itself."""
        return run_command("argo", words, self.folder, self.environment)

    def is_up(self) -> bool:
        """True once the process answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def get(self, path: str) -> Any:
        """A JSON answer."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
            return json.load(answer)

    def post(self, path: str, body: bytes) -> int | None:
        """The status of the answer, None where none came."""
        url, headers = f"http://127.0.0.1:{self.port}{path}", {"X-API-Key": KEY}
        try:
            with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            return refused.code
        except OSError:
            return None

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the database answers."""
        with closing(sqlite3.connect(f"file:{self.folder / 'executor.db'}?mode=ro", uri=True)) as connection:
            return connection.execute(query).fetchall()
