"""A Redis server of the tests' own, which can be killed and come back at the same port."""

from __future__ import annotations

import contextlib
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.ports import free_port

_SECONDS_TO_START = 20.0


class NoRedis(Exception):
    """None could be started."""


class RedisServer:
    """`url` is the same after each start."""

    def __init__(self, folder: Path) -> None:
        binary = shutil.which("redis-server") or shutil.which("valkey-server")
        if binary is None:
            raise NoRedis("the package redis-server is missing")
        self._port = free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self._words = [binary, "--bind", "127.0.0.1", "--port", str(self._port), "--save", "", "--dir", str(folder)]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(self._words, stdout=subprocess.DEVNULL)
        until = time.monotonic() + _SECONDS_TO_START
        while not self._answers():
            if time.monotonic() > until:
                raise NoRedis("Redis does not answer")
            time.sleep(0.02)

    def kill(self) -> None:
        """By SIGKILL: whoever is connected is cut off."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(20)
            self._process = None

    def stand_still(self) -> None:
        """It answers nothing any more, and closes nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self._port)).close()
        except ConnectionRefusedError:
            return False
        return True


@contextlib.contextmanager
def redis_server(folder: Path) -> Iterator[RedisServer]:
    """Running, and killed at the end. Raises NoRedis."""
    server = RedisServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()
