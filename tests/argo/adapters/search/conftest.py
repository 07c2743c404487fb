"""A Dask cluster of real processes on this machine's loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
START_SECONDS = 60.0


@dataclass(frozen=True)
class Cluster:
    """A scheduler's address, and its two worker processes."""

    address: str
    workers: tuple[subprocess.Popen[bytes], ...]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler and two workers without nurses: who is killed stays dead."""
    with ExitStack() as stack:
        file = tmp_path / "scheduler.json"
        stack.enter_context(Started(tmp_path, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
                                     "--scheduler-file", str(file)))  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while not (file.exists() and file.read_text().endswith("}")):
            assert time.monotonic() < deadline, (tmp_path / "scheduler.log").read_text()
        address = json.loads(file.read_text())["address"]
        workers = tuple(
            stack.enter_context(Started(tmp_path, "worker", address, "--no-nanny", "--no-dashboard", "--nthreads", "1",
                                         "--host", "127.0.0.1", "--name", name))
            for name in ("one", "two")
        )  # fmt: skip
        yield Cluster(address, workers)


class Started:
    """`dask NAME …` until the block ends; its log in the folder."""

    def __init__(self, folder: Path, *words: str) -> None:
        self._folder, self._words = folder, words

    def __enter__(self) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_TEMPORARY_DIRECTORY": str(self._folder)}
        with (self._folder / f"{self._words[0]}.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "dask", *self._words], cwd=self._folder, env=environment, stdout=log, stderr=log
            )
        return self._process

    def __exit__(self, *ending: object) -> None:
        self._process.kill()
        self._process.wait(10)
