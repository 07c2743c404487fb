"""A writer killed at each line of no return loses nothing that it released, signs no second history, and goes on."""

from __future__ import annotations

import itertools
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import pytest

import argo_core
from argo_core.adapters.entry_files import EntryFiles
from argo_core.adapters.sql import Database, SqlAuditReader, SqlCosignatureStore, SqlLedgerReader, SqlLedgerStore
from argo_core.adapters.sql.upgrade import upgrade
from argo_core.pipeline.audit_ledger import LedgerAudit
from argo_core.testing.sample_ledger import KEY, ORIGIN
from tests.argo.adapters.sql.labelled_lines import labelled_lines
from tests.argo.forked_lives import nursery
from tests.argo.postgres_server import DURABLE_OPTIONS, NoServer, postgres_server
from tests.argo.statements import run_statements

PROGRAM = "tests.argo.adapters.sql.ledger_writer"
LABELS = [line.name for line in labelled_lines(Path(argo_core.__file__).parent)]
MOMENTS = ("before", "during", "after")


@dataclass
class Released:
    """What the lives said: `cycles` by number (size, root), the largest size in files, sizes that were cosigned."""

    cycles: dict[int, tuple[int, str]] = field(default_factory=dict)
    lines: int = 0
    cosigned: set[int] = field(default_factory=set)
    killed: Counter[tuple[str, str]] = field(default_factory=Counter)

    def hear(self, words: str) -> None:
        if words.startswith("killed "):
            _, moment, label = words.split()
            self.killed[label, moment] += 1
            return
        said: dict[str, Any] = json.loads(words)
        if "cycle" in said:
            self.cycles[said["cycle"]] = (said["size"], said["root"])
        self.lines = max(self.lines, said.get("lines", 0))
        self.cosigned |= {said["cosigned"]} if "cosigned" in said else set()


async def require_whole(url: str, folder: Path, released: Released) -> None:
    """Everything that was released is there, under the root that was released with it, and the log has no fault."""
    database = await Database.open(url)
    try:
        await run_statements(database)  # a server's backend whose client died may still be finishing
        reader, store = SqlLedgerReader(database), SqlLedgerStore(database)
        for size, root in released.cycles.values():
            checkpoint = await reader.checkpoint(size)
            assert checkpoint is not None
            assert (checkpoint.size, checkpoint.root.hex()) == (size, root)
        audit = LedgerAudit(store, reader, SqlAuditReader(database), ORIGIN, (KEY.verifier,))
        assert (await audit.run()).findings == ()
        for size in released.cosigned:
            assert await SqlCosignatureStore(database).of(size)
        read: list[bytes] = []
        while page := await EntryFiles(folder).entries(len(read), 1_000):
            read += page
        assert len(read) >= released.lines
        entries: list[bytes] = []
        while some := await reader.entries(len(entries), 1_000):
            entries += some
        assert read == entries[: len(read)]
        named = [name for entry in entries if (name := json.loads(entry).get("name", "")).startswith("realised")]
        # None twice, and all but those of the newest two cycles: the next one closes the signal, the one after logs it.
        assert len(set(named)) == len(named) >= 2 * (len(released.cycles) - 2 - released.killed.total())
    finally:
        await database.close()


async def kill_again_and_again(url: str, folder: Path, kills: int, seed: int, every: int) -> Released:
    """`kills` lives, each ended at a label and moment in turn; looked at after each `every`."""
    dice, released = random.Random(seed), Released()
    turns = itertools.cycle(itertools.product(LABELS, MOMENTS))
    with nursery(PROGRAM) as lives:
        for number, (label, moment) in zip(range(1, kills + 1), turns, strict=False):
            before = len(released.cycles)
            visit, delay = dice.randrange(2, 5), dice.uniform(0, 0.006)
            for words in lives.live(f"{url} {folder} {label} {moment} {visit} {delay:.6f}"):
                released.hear(words)
            assert len(released.cycles) >= before
            if number % every == 0 or number == kills:
                await require_whole(url, folder, released)
    assert sum(released.killed.values()) == kills
    return released


def told(capsys: pytest.CaptureFixture[str], released: Released) -> None:
    """To whoever reads the test's output: how often each labelled line was hit, and when."""
    with capsys.disabled():
        sys.stdout.write(f"\n{len(released.cycles)} cycles released, killed at:\n")
        for label, moment in sorted(released.killed):
            sys.stdout.write(f"  {label:<28}{moment:<8}{released.killed[label, moment]:>4}\n")


def test_the_labelled_lines_are_found() -> None:
    assert LABELS == ["entry_files:catch_up", "cosignature_store:add", "ledger_store:append", "signal_log:append"]


async def test_a_writer_killed_at_each_line_of_no_return_leaves_a_whole_log(
    database_file: Path, tmp_path: Path
) -> None:
    url = f"sqlite+aiosqlite:///{database_file}"
    released = await kill_again_and_again(url, tmp_path / "logs", kills=12, seed=4, every=4)
    assert released.killed == Counter({(label, moment): 1 for label in LABELS for moment in MOMENTS})
    assert len(released.cycles) >= 12


@pytest.mark.slow
@pytest.mark.timeout(1800)
async def test_five_hundred_killed_writers_leave_a_whole_log(
    database_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite+aiosqlite:///{database_file}"
    released = await kill_again_and_again(url, tmp_path / "logs", kills=500, seed=500, every=25)
    told(capsys, released)
    assert min(released.killed[label, moment] for label in LABELS for moment in MOMENTS) >= 41


@pytest.fixture(scope="module")
def durable_server() -> Iterator[str]:
    """A PostgreSQL server that writes through to the disk, as in production."""
    try:
        with postgres_server(DURABLE_OPTIONS) as url:
            yield url
    except NoServer as missing:
        pytest.skip(str(missing))


async def _durable_database(server: str, migrations: Path, name: str) -> str:
    connection = await asyncpg.connect(f"{server.replace('+asyncpg', '')}/postgres")
    try:
        assert await connection.fetchval("SHOW fsync") == "on"
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    finally:
        await connection.close()
    await upgrade(f"{server}/{name}", migrations)
    return f"{server}/{name}"


@pytest.mark.postgres
async def test_a_writer_to_a_server_killed_at_each_line_of_no_return_leaves_a_whole_log(
    durable_server: str, migrations: Path, tmp_path: Path
) -> None:
    url = await _durable_database(durable_server, migrations, "killed_12")
    released = await kill_again_and_again(url, tmp_path / "logs", kills=12, seed=5, every=6)
    assert released.killed == Counter({(label, moment): 1 for label in LABELS for moment in MOMENTS})


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.timeout(3600)
async def test_five_hundred_killed_writers_to_a_server_leave_a_whole_log(
    durable_server: str, migrations: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = await _durable_database(durable_server, migrations, "killed_500")
    released = await kill_again_and_again(url, tmp_path / "logs", kills=500, seed=501, every=50)
    told(capsys, released)
    assert min(released.killed[label, moment] for label in LABELS for moment in MOMENTS) >= 41
