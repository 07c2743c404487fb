"""PostgreSQL's own programs: pg_dump in its custom format, and pg_restore. A dump is of exactly one snapshot."""

from __future__ import annotations

import asyncio
import shutil
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path

from sqlalchemy.engine import URL

from argo_core.errors import ConfigError, StoreError

DUMPED = "database.dump"


async def dump(url: URL, snapshot: str, file: Path, programs: Path | None) -> None:
    """What `snapshot`, of an open transaction, sees. Raises ConfigError without the program, StoreError."""
    words = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={file}"]
    await _run("pg_dump", [*words, f"--dbname={_address(url)}"], url, programs)


async def load(url: URL, file: Path, programs: Path | None) -> None:
    """Everything or nothing, into an empty database. Raises ConfigError without the program, StoreError."""
    words = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", f"--dbname={_address(url)}"]
    await _run("pg_restore", [*words, str(file)], url, programs)


def _address(url: URL) -> str:
    """As libpq reads it; the password goes another way, where no list of processes shows it."""
    # URL.set takes None as "leave it", and what is left is shown as stars, which libpq then takes for the password.
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    return bare.render_as_string()


async def _run(name: str, words: list[str], url: URL, programs: Path | None) -> None:
    program = shutil.which(name, path=None if programs is None else str(programs))
    if program is None:
        raise ConfigError(f"{name} is not here: install PostgreSQL's client programs of the server's version")
    environment = {"PGPASSWORD": str(url.password)} if url.password else {}
    process = await asyncio.create_subprocess_exec(
        program, *words, env={**environment, "PGCONNECT_TIMEOUT": "10", "LC_ALL": "C"},
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
