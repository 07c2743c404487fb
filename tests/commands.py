"""The installed commands `argo`, `alpine` and `alpine-verify`, run to their end as processes of their own.

They are forks of a program that has imported what they import, which takes ten times as long as most of what they do.
Processes that go on, and commands whose variables are for the interpreter itself, are started in the usual way.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import select
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

BIN = Path(sys.executable).parent
FORKS = Path(__file__).with_name("command_forks.py")
IMPORTED = {
    "argo": ("argo_server.cli", "argo_server.wiring", "argo_core.adapters.sql"),
    "alpine": ("alpine_web.cli", "alpine_core.adapters.sql"),
    "alpine-verify": ("alpine_core.offline",),
}
OF_INTERPRETERS = ("PYTHON", "LD_", "LC_", "LANG", "TZ", "MALLOC_", "COVERAGE")


def run_command(
    program: str, words: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: float = 60
) -> subprocess.CompletedProcess[str]:
    """Exit status and what it said, as of `subprocess.run`. Raises TimeoutExpired when the time is over."""
    command = [str(BIN / program), *words]
    forks = _forks_of(program)
    if any(name.startswith(OF_INTERPRETERS) for name in environment) or not forks.free.acquire(blocking=False):
        return subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=seconds, check=False
        )
    try:
        return forks.run(command, folder, environment, seconds)
    finally:
        forks.free.release()


class _Forks:
    """The program that forks. One command at a time; who comes meanwhile goes another way."""

    def __init__(self, packages: Sequence[str]) -> None:
        self.free = threading.Lock()
        self._packages = packages
        self._process: subprocess.Popen[bytes] | None = None
        self._unread = b""

    def run(
        self, command: list[str], folder: Path, environment: Mapping[str, str], seconds: float
    ) -> subprocess.CompletedProcess[str]:
        with tempfile.TemporaryDirectory() as name:
            said = [Path(name) / stream for stream in ("stdout", "stderr")]
            for path in said:
                path.touch()
            order = {"words": command, "folder": str(folder), "environment": dict(environment)}
            status = self._obeyed({**order, "stdout": str(said[0]), "stderr": str(said[1])}, seconds)
            out, err = (path.read_text("utf-8") for path in said)
            return subprocess.CompletedProcess(command, status, out, err)

    def end(self) -> None:
        """Nothing is left running."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
        self._process, self._unread = None, b""

    def _obeyed(self, order: dict[str, object], seconds: float) -> int:
        """The exit status of the command. Whatever comes between, neither it nor the program is left behind."""
        if self._process is None:
            self._start()
        child = None
        try:
            assert self._process is not None and self._process.stdin is not None
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()
            child = self._number(seconds + 30, order)
            return self._number(seconds, order)
        except BaseException:
            if child is not None:
                os.kill(child, 9)
            self.end()
            raise

    def _start(self) -> None:
        environment = {"PATH": os.environ["PATH"]}
        self._process = subprocess.Popen(
            [sys.executable, str(FORKS), *self._packages],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd="/",
        )

    def _number(self, seconds: float, order: dict[str, object]) -> int:
        """The next line that the program says."""
        assert self._process is not None and self._process.stdout is not None
        deadline = time.monotonic() + seconds
        while b"\n" not in self._unread:
            if not select.select([self._process.stdout], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise subprocess.TimeoutExpired(str(order["words"]), seconds)
            read = os.read(self._process.stdout.fileno(), 4096)
            assert read, "the program that forks has ended"
            self._unread += read
        line, _, self._unread = self._unread.partition(b"\n")
        return int(line)


@functools.cache
def _forks_of(program: str) -> _Forks:
    forks = _Forks(IMPORTED[program])
    atexit.register(forks.end)
    return forks
