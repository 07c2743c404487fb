"""A private Redis server on loopback that a test may kill and start again on the same port."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.ports import free_port

START_SECONDS = 15.0
PROGRAMS = ("redis-server", "valkey-server")


class NoServer(Exception):
    """No Redis could be started; the message says why and what to do."""


class RedisServer:
    """Keeps everything in memory only: after a kill nothing is left of it."""

    def __init__(self, program: str, folder: Path, port: int) -> None:
        self._program, self._folder, self.port = program, folder, port
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it and wait until it answers. Raises NoServer."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(
            [self._program, *options, "--dir", str(self._folder), "--daemonize", "no"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise NoServer(f"{self._program} did not start on port {self.port}")
            time.sleep(0.01)

    def kill(self) -> None:
        """SIGKILL, as a crash would: no goodbye to anybody."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """SIGSTOP: connections stay open and nobody answers."""
        self._running().send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._running().send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """End it, whatever state it is in."""
        if self._process is not None:
            self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        process = self._running()
        process.send_signal(how)
        process.wait(10.0)
        self._process = None

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise AssertionError("the server is not running")
        return self._process

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.5) as connection:
            connection.settimeout(0.5)
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        return False


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """A running server, gone at the end. Raises NoServer. TEST_REDIS_SERVER names a program to use."""
    given = os.environ.get("TEST_REDIS_SERVER")
    program = next(filter(None, map(shutil.which, PROGRAMS if given is None else (given,))), None)
    if program is None:
        raise NoServer("no Redis: install redis-server, or set TEST_REDIS_SERVER to a server program")
    folder = Path(tempfile.mkdtemp(prefix="argo-redis-"))
    port = free_port()
    server = RedisServer(program, folder, port)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
