"""The copy itself: one moment of a SQLite file, packed, or PostgreSQL's own dump of one snapshot."""

from __future__ import annotations

import asyncio
import gzip
import os
import shutil
import sqlite3
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import URL

from alpine_core.adapters.backups.moment import Moment, moment_at, moment_of
from alpine_core.adapters.sql.address import POSTGRESQL
from alpine_core.adapters.sql.database import create_engine
from alpine_core.errors import OperatorError, StoreError

PACKED, DUMPED = "database.sqlite3.gz", "database.dump"
_CHUNK = 1 << 20


async def copied(url: URL, folder: Path) -> tuple[str, Moment]:
    """The file's name in `folder`, and what it holds; writers go on. Raises OperatorError, StoreError, OSError."""
    if url.drivername == POSTGRESQL:
        return DUMPED, await _dumped(url, folder / DUMPED)
    copy = folder / "copy.db"
    await asyncio.to_thread(_online_copy, Path(str(url.database)), copy)
    moment = await moment_at(f"sqlite+aiosqlite:///{copy}")
    await asyncio.to_thread(_packed, copy, folder / PACKED)
    return PACKED, moment


async def unpacked_into(file: Path, url: URL) -> None:
    """Into an empty place: a file that is not there yet, or a database without tables. Raises as `copied`."""
    if url.drivername == POSTGRESQL:
        words = [
            "--no-owner",
            "--no-privileges",
            "--single-transaction",
            "--exit-on-error",
            f"--dbname={_address(url)}",
        ]
        await _run("pg_restore", [*words, str(file)], url)
        return
    await asyncio.to_thread(_unpacked, file, Path(str(url.database)))


def single_file(path: Path) -> tuple[str, ...]:
    """Everything that stands beside the database in it, on the disk; what is wrong with its pages."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE").fetchall()
        said = [str(row[0]) for row in connection.execute("PRAGMA quick_check(5)")]
    return () if said == ["ok"] else tuple(f"the file's pages are damaged: {' '.join(one.split())}" for one in said)


def _online_copy(source: Path, copy: Path) -> None:
    if not source.is_file():
        raise StoreError(f"there is no database at {source}: nothing to back up")
    with (
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=rw", uri=True, timeout=30)) as ours,
        closing(sqlite3.connect(copy)) as target,
    ):
        ours.backup(target, pages=-1)


def _packed(copy: Path, target: Path) -> None:
    single_file(copy)
    with copy.open("rb") as read, target.open("wb") as file:
        with gzip.GzipFile("", "wb", 3, file, mtime=0) as write:
            shutil.copyfileobj(read, write, _CHUNK)
        file.flush()
        os.fsync(file.fileno())
    for left in copy.parent.glob(f"{copy.name}*"):
        left.unlink()


def _unpacked(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(source, "rb") as read, target.open("wb") as write:
        shutil.copyfileobj(read, write, _CHUNK)
        write.flush()
        os.fsync(write.fileno())


async def _dumped(url: URL, file: Path) -> Moment:
    engine = create_engine(url, pool_size=1).execution_options(isolation_level="REPEATABLE READ")
    try:
        async with engine.begin() as connection:
            snapshot = (await connection.exec_driver_sql("SELECT pg_export_snapshot()")).scalar_one()
            words = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={file}"]
            await _run("pg_dump", [*words, f"--dbname={_address(url)}"], url)
            return await connection.run_sync(moment_of)
    finally:
        await engine.dispose()


def _address(url: URL) -> str:
    # URL.set takes None as "leave it", and what is left is shown as stars, which libpq then takes for the password.
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    return bare.render_as_string()


async def _run(name: str, words: list[str], url: URL) -> None:
    program = shutil.which(name)
    if program is None:
        raise OperatorError(f"{name} is not here: install PostgreSQL's client programs of the server's version")
    password = {"PGPASSWORD": str(url.password)} if url.password else {}
    process = await asyncio.create_subprocess_exec(
        program, *words, env={**password, "PGCONNECT_TIMEOUT": "10", "LC_ALL": "C"},
        stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE, start_new_session=True,
    )  # fmt: skip
    try:
        _, said = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode != 0:
        line = next(iter(said.decode("utf-8", "replace").strip().splitlines()), f"status {process.returncode}")
        raise StoreError(f"{name} failed: {line[:300]}: check the database and the program's version")
