"""Backups of a database with a log, on both systems: whole or not there, tried, restored, and refused by name."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from argo_core.adapters.backups import (
    BackupFolder,
    DisasterDrill,
    Restorer,
    ScratchTrial,
    mark_at,
    one_at_a_time,
    opened_backup,
    place_name,
    same_place,
)
from argo_core.adapters.backups.database_facts import facts_at
from argo_core.adapters.sql import (
    Database,
    SqlAuditReader,
    SqlLedgerReader,
    SqlLedgerStore,
    SqlSignalLog,
    SqlSignalReader,
)
from argo_core.errors import ConfigError, DataError, Disputed, StoreError
from argo_core.model.backup import LedgerMark
from argo_core.model.restored_database import CheckedBackup, WitnessedLog
from argo_core.pipeline.audit_ledger import LedgerAudit
from argo_core.pipeline.backup_policy import removable
from argo_core.pipeline.check_backup import RestoredCheck
from argo_core.pipeline.ledger_feed import LedgerFeed
from argo_core.pipeline.recover import Recovery
from argo_core.pipeline.restore_guard import RestoreGuard
from argo_core.ports.backup_shelf import BackupShelf
from argo_core.testing.contracts.backups import AT, NAME, BackupShelfContract
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_witness import MemoryWitness
from argo_core.testing.sample_cycles import MOMENT, published_cycle
from argo_core.testing.sample_ledger import KEY, ORIGIN, append_sealed, sample_ledger
from argo_core.testing.sample_recovery import LedgerCopy
from tests.argo.adapters.sql.conftest import MIGRATIONS

PROGRAM = Path(__file__).with_name("back_up_once.py")
CYCLES, SYMBOLS = (
    (4, ["AAPL", "NVDA", "TSLA"]) if os.environ.get("TEST_COUNTS", "slice") == "slice" else (40, ["AAPL"] * 50)
)


async def look(url: str, mark: LedgerMark | None) -> CheckedBackup:
    database = await Database.open(url)
    try:
        store, reader = SqlLedgerStore(database), SqlLedgerReader(database)
        audit = LedgerAudit(store, reader, SqlAuditReader(database), ORIGIN, (KEY.verifier,))
        return await RestoredCheck(SqlSignalReader(database), reader, audit).look(mark, lambda _done, _every: None)
    finally:
        await database.close()


async def write(url: str, first: int, cycles: int) -> None:
    """So many cycles more, sealed."""
    database = await Database.open(url)
    try:
        log, ledger = SqlSignalLog(database), sample_ledger(SqlLedgerStore(database))
        for number in range(first, first + cycles):
            at = MOMENT + timedelta(minutes=number)
            await append_sealed(ledger, log, published_cycle(f"c{number}", SYMBOLS, at=at), at)
    finally:
        await database.close()


@pytest.fixture
async def full_url(database_url: str) -> str:
    """A database with four cycles, three signals each, in the log."""
    await write(database_url, 0, CYCLES)
    return database_url


@pytest.fixture
async def full_file(database_file: Path) -> str:
    """The same, on SQLite only."""
    url = f"sqlite+aiosqlite:///{database_file}"
    await write(url, 0, CYCLES)
    return url


@pytest.fixture
def elsewhere(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The address of an empty place on the same system."""
    if database_url.startswith("sqlite"):
        return f"sqlite+aiosqlite:///{tmp_path / 'elsewhere' / 'restored.db'}"
    return str(request.getfixturevalue("pg_url"))


def restorer() -> Restorer:
    return Restorer(look, MIGRATIONS)


class TestBackupFolder(BackupShelfContract):
    @pytest.fixture
    def shelf(self, full_file: str, tmp_path: Path) -> BackupShelf:
        return BackupFolder(tmp_path / "backups", full_file)


async def test_a_backup_says_what_it_holds_and_no_key(full_url: str, tmp_path: Path) -> None:
    record = await BackupFolder(tmp_path / "backups", full_url).take(AT)
    manifest = opened_backup(tmp_path / "backups" / NAME)
    assert (manifest.entity, manifest.taken_at, record.bytes) == ("argo", AT, sum(one.bytes for one in manifest.files))
    assert manifest.facts == await facts_at(full_url)
    assert manifest.facts.rows["signal_log"] == CYCLES * len(SYMBOLS)
    assert manifest.facts.ledger is not None
    assert manifest.facts.ledger.size == manifest.facts.rows["log_leaf"] == CYCLES * len(SYMBOLS) + 2
    assert "PRIVATE" not in (tmp_path / "backups" / NAME / "manifest.json").read_text("utf-8")


async def test_a_tried_backup_holds_and_leaves_nothing_behind(full_url: str, tmp_path: Path) -> None:
    shelf = BackupFolder(tmp_path / "backups", full_url)
    await shelf.take(AT)
    assert await ScratchTrial(shelf.folder, full_url, restorer()).check(NAME) == CheckedBackup()
    assert sorted(path.name for path in shelf.folder.iterdir()) == [NAME]


async def test_what_is_restored_elsewhere_is_what_was_there(full_url: str, tmp_path: Path, elsewhere: str) -> None:
    shelf, target = BackupFolder(tmp_path / "backups", full_url), elsewhere
    await shelf.take(AT)
    report = await restorer().restore(shelf.folder / NAME, target)
    assert report.checked == CheckedBackup()
    assert await facts_at(target) == await facts_at(full_url)
    await write(target, CYCLES, 1)  # and the log goes on from there


async def test_a_target_that_holds_anything_is_left_alone(full_url: str, tmp_path: Path) -> None:
    shelf = BackupFolder(tmp_path / "backups", full_url)
    await shelf.take(AT)
    before = await facts_at(full_url)
    with pytest.raises(StoreError, match="nothing is overwritten"):
        await restorer().restore(shelf.folder / NAME, full_url)
    assert await facts_at(full_url) == before


async def test_a_writer_goes_on_and_its_backup_is_of_one_moment(full_url: str, tmp_path: Path) -> None:
    shelf, done = BackupFolder(tmp_path / "backups", full_url), asyncio.Event()

    async def writing() -> None:
        number = CYCLES
        while not done.is_set():
            await write(full_url, number, 1)
            number += 1

    writer = asyncio.create_task(writing())
    try:
        for second in range(3):
            await shelf.take(AT + timedelta(seconds=second))
    finally:
        done.set()
        await writer
    trial = ScratchTrial(shelf.folder, full_url, restorer())
    for record in await shelf.records():
        rows = opened_backup(shelf.folder / record.name).facts.rows
        assert (rows["signal_log"] % len(SYMBOLS), rows["signal_seal"]) == (0, rows["signal_log"])
        assert await trial.check(record.name) == CheckedBackup()


def _changed(folder: Path) -> None:
    file = folder / "database.sqlite3.gz"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def _half(folder: Path) -> None:
    (folder / "database.sqlite3.gz").unlink()


def _no_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def _words(folder: Path) -> None:
    (folder / "manifest.json").write_text("?", "utf-8")


def _half_note(folder: Path) -> None:
    (folder / "record.json").write_bytes(b"{")


def _told(folder: Path, **other: object) -> None:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    (folder / "manifest.json").write_text(json.dumps(manifest | other), "utf-8")


ATTACKS: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "a bit of the database": (_changed, "changed_file", "database.sqlite3.gz is not the file that was backed up"),
    "the database": (_half, "half_backup", "database.sqlite3.gz is missing: the backup is half"),
    "the manifest": (_no_manifest, "half_backup", "manifest.json is missing"),
    "another entity": (lambda folder: _told(folder, entity="alpine"), "other_entity", "is a backup of 'alpine'"),
    "a later form": (lambda folder: _told(folder, form=2), "unknown_form", "has form 2, this program reads 1"),
    "a place elsewhere": (
        lambda folder: _told(folder, files=[{"name": "../x", "bytes": 1, "sha256": "0" * 64}]),
        "bad_manifest",
        "names no files, or files elsewhere",
    ),
    "words": (_words, "bad_manifest", "cannot be read"),
    "another system": (lambda folder: _told(folder, backend="postgresql"), "backend", "the backup is of postgresql"),
}


@pytest.mark.parametrize("what", ATTACKS)
async def test_a_backup_that_is_not_what_it_says_is_refused_by_name(full_file: str, tmp_path: Path, what: str) -> None:
    attack, code, words = ATTACKS[what]
    shelf = BackupFolder(tmp_path / "backups", full_file)
    await shelf.take(AT)
    attack(shelf.folder / NAME)
    target = tmp_path / "restored.db"
    with pytest.raises(DataError, match=words) as refused:
        await restorer().restore(shelf.folder / NAME, f"sqlite+aiosqlite:///{target}")
    assert (refused.value.code, target.exists()) == (code, False)


async def test_a_backup_of_a_newer_schema_is_refused(full_file: str, tmp_path: Path) -> None:
    shelf = BackupFolder(tmp_path / "backups", full_file)
    await shelf.take(AT)
    facts = msgspec.to_builtins(opened_backup(shelf.folder / NAME).facts)
    _told(shelf.folder / NAME, facts=facts | {"schema": "9999"})
    with pytest.raises(DataError, match=r"the backup has schema 9999, this program .* install the argo that took it"):
        await restorer().restore(shelf.folder / NAME, f"sqlite+aiosqlite:///{tmp_path / 'restored.db'}")


Told = Callable[[dict[str, object]], None]
LIES: dict[str, tuple[Callable[[LedgerMark], dict[str, object]], str]] = {
    "rows": (lambda _mark: {"rows": {}}, "the manifest says no such table"),
    "a longer log": (
        lambda mark: {"ledger": msgspec.to_builtins(msgspec.structs.replace(mark, size=99))},
        "the manifest says 99",
    ),
}


@pytest.mark.parametrize("what", LIES)
async def test_a_database_that_is_not_what_the_manifest_says_is_not_put_into_place(
    full_file: str, tmp_path: Path, what: str
) -> None:
    shelf, target = BackupFolder(tmp_path / "backups", full_file), tmp_path / "restored.db"
    await shelf.take(AT)
    facts = opened_backup(shelf.folder / NAME).facts
    assert facts.ledger is not None
    _told(shelf.folder / NAME, facts=msgspec.to_builtins(facts) | LIES[what][0](facts.ledger))
    report = await restorer().restore(shelf.folder / NAME, f"sqlite+aiosqlite:///{target}")
    assert any(LIES[what][1] in finding for finding in report.checked.findings), report.checked
    assert await asyncio.to_thread(lambda: list(tmp_path.glob("restored*"))) == []


CHANGES = {
    "UPDATE signal_log SET entry_price = entry_price + 1 WHERE id = 2": "hash_mismatch",
    "UPDATE log_leaf SET entry = CAST(entry || x'20' AS BLOB) WHERE idx = 3": "hash",
    "UPDATE log_checkpoint SET root = CAST(x'00' || substr(root, 2) AS BLOB)": "root_mismatch",
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_row_that_was_changed_before_the_backup_is_found_by_trying_it(
    full_file: str, tmp_path: Path, change: str
) -> None:
    with closing(sqlite3.connect(full_file.partition(":///")[2])) as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(change)
        connection.commit()
    shelf = BackupFolder(tmp_path / "backups", full_file)
    await shelf.take(AT)
    found = await ScratchTrial(shelf.folder, full_file, restorer()).check(NAME)
    assert any(CHANGES[change] in finding for finding in found.findings), found


def _byte(file: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / file).read_text("utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), "utf-8")

    return change


DAMAGES: dict[str, tuple[Callable[[Path], None], ...]] = {
    "a manifest that is no JSON": (_words,),
    "a manifest that is no JSON, and no note": (_words, lambda folder: (folder / "record.json").unlink()),
    "a note that is no JSON": (_half_note,),
    "a year of the note": (_byte("record.json", '"taken_at":"2026', '"taken_at":"2016'),),
    "a year of the manifest": (
        _byte("manifest.json", '"taken_at": "2026', '"taken_at": "2016'),
        lambda folder: (folder / "record.json").unlink(),
    ),
    "the note of another": (_byte("record.json", "argo-2026", "argo-2016"),),
}


@pytest.mark.parametrize("what", DAMAGES)
async def test_a_young_backup_stays_and_keeps_its_time_whatever_was_damaged(
    full_file: str, tmp_path: Path, what: str
) -> None:
    shelf = BackupFolder(tmp_path / "backups", full_file)
    taken = await shelf.take(AT)
    await shelf.note(msgspec.structs.replace(taken, verified_at=AT, uploaded_to="s3://kept/there"))
    for damage in DAMAGES[what]:
        damage(shelf.folder / NAME)
    (found,) = await shelf.records()
    assert (found.name, found.taken_at) == (NAME, AT)
    if "no JSON" in what and "manifest" in what:
        assert (found.verified, "manifest.json cannot be read" in found.findings[0]) == (False, True)
    assert found.damaged is ("a manifest that is no JSON" in what)
    assert removable((found,), AT + timedelta(days=2_557), None) == ()
    assert removable((found,), AT + timedelta(days=2_558), None) == (() if found.verified else (NAME,))


def _killed(command: list[str], place: Path) -> None:
    with subprocess.Popen(command) as process:
        while process.poll() is None and not place.exists():
            pass
        process.send_signal(signal.SIGKILL)


@pytest.mark.parametrize("place", ["snapshot", "manifest.json"])
async def test_a_killed_backup_leaves_none_that_looks_whole(full_file: str, tmp_path: Path, place: str) -> None:
    folder = tmp_path / "backups"
    command = [sys.executable, str(PROGRAM), str(folder), full_file, AT.isoformat()]
    await asyncio.to_thread(_killed, command, folder / f".taking-{NAME}" / place)
    shelf = BackupFolder(folder, full_file)
    for record in await shelf.records():
        assert opened_backup(folder / record.name).facts.rows["signal_log"] == CYCLES * len(SYMBOLS)
    await shelf.take(AT + timedelta(seconds=1))
    assert not list(folder.glob(".taking-*"))


async def test_two_backups_do_not_work_in_one_folder(tmp_path: Path) -> None:
    with (
        one_at_a_time(tmp_path),
        pytest.raises(StoreError, match="another backup works in"),
        one_at_a_time(tmp_path),
    ):
        pass


@pytest.mark.postgres
async def test_without_postgresqls_programs_one_line_says_so(upgraded_pg_url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^pg_dump is not here: install PostgreSQL's client programs"):
        await BackupFolder(tmp_path, upgraded_pg_url, programs=tmp_path).take(AT)
    assert await BackupFolder(tmp_path, upgraded_pg_url).records() == ()


async def test_an_older_backup_is_refused_by_the_witness_and_goes_on_after_recovery(
    full_url: str, tmp_path: Path, elsewhere: str
) -> None:
    shelf, target = BackupFolder(tmp_path / "backups", full_url), elsewhere
    await shelf.take(AT)
    await write(full_url, CYCLES, 1)
    witness, size = MemoryWitness(ORIGIN, [KEY.verifier]), CYCLES * len(SYMBOLS) + 2
    live, restored = await Database.open(full_url), None
    try:
        newest = await SqlLedgerReader(live).checkpoint()
        assert newest is not None
        await witness.submit(0, (), newest.note, newest.size)
        assert (await restorer().restore(shelf.folder / NAME, target)).checked == CheckedBackup()
        restored = await Database.open(target)
        guard = RestoreGuard(LedgerFeed(SqlLedgerReader(restored)), (witness,), ORIGIN, (KEY.verifier,))
        words = rf"has seen {newest.size} entries and we hold {size}: an older copy was restored; nothing is signed"
        with pytest.raises(Disputed, match=words):
            await guard.check()
        copy = LedgerCopy(SqlLedgerReader(live))
        await Recovery(SqlLedgerStore(restored), ORIGIN, (KEY.verifier,)).recover(copy, datetime.now(UTC))
        assert (await guard.check()).size == newest.size
    finally:
        await live.close()
        if restored is not None:
            await restored.close()


def drill(url: str, folder: Path, witnessed: Callable[[str], Awaitable[WitnessedLog]]) -> DisasterDrill:
    shelf = BackupFolder(folder, url)
    trial, ticks = ScratchTrial(folder, url, restorer()), iter((0.0, 1.0, 3.0, 7.0))
    return DisasterDrill(shelf, trial, restorer(), witnessed, FixedClock(AT), lambda: next(ticks))


async def test_a_drill_measures_what_it_did_and_holds(full_url: str, tmp_path: Path) -> None:
    async def witnessed(url: str) -> WitnessedLog:
        facts = await facts_at(url)
        assert facts.ledger is not None
        return WitnessedLog(size=facts.ledger.size, confirmed=("witness.example/w",))

    record = await drill(full_url, tmp_path / "backups", witnessed).run()
    facts = await facts_at(full_url)
    assert facts.ledger is not None
    assert (record.held, record.why, record.backup, record.confirmed) == (True, "", NAME, ("witness.example/w",))
    assert (record.rows, record.log_size, record.log_root) == (
        sum(facts.rows.values()), facts.ledger.size, facts.ledger.root,
    )  # fmt: skip
    assert (record.take_seconds, record.restore_seconds, record.witness_seconds) == (1.0, 2.0, 4.0)


async def test_a_drill_that_a_witness_contradicts_or_does_not_answer_has_not_held(
    full_file: str, tmp_path: Path
) -> None:
    async def contradicts(url: str) -> WitnessedLog:
        raise Disputed("split_view", "w.example has seen another history")

    async def silent(url: str) -> WitnessedLog:
        return WitnessedLog(size=1, unreachable=("w.example",))

    async def unasked(url: str) -> WitnessedLog:
        return WitnessedLog(size=1)

    words = "no witness was asked: whether this is the newest copy is not known; configure a witness, or say "
    for answer, why in (
        (contradicts, "w.example has seen another history"),
        (silent, "no answer from w.example"),
        (unasked, f"{words}--without-witness"),
    ):
        record = await drill(full_file, tmp_path / answer.__name__, answer).run()
        assert (record.held, record.why) == (False, why)
    meant = dataclasses.replace(drill(full_file, tmp_path / "meant", unasked), without_witness=True)
    record = await meant.run()
    assert (record.held, record.confirmed, record.without_witness) == (True, (), True)


def test_only_a_witness_that_has_seen_the_log_makes_its_newest_copy_known() -> None:
    log, end = WitnessedLog(size=4, beside="the database argo"), ": whether this is the newest copy is not known"
    assert log.unknown == f"no witness was asked{end}"
    assert msgspec.structs.replace(log, unaware=("w",)).unknown == f"w has seen nothing of this log{end}"
    assert msgspec.structs.replace(log, unreachable=("v",)).unknown == f"v did not answer{end}"
    assert msgspec.structs.replace(log, unreachable=("v",), confirmed=("w",)).unknown == ""


async def test_a_log_is_looked_at_where_it_is_and_no_file_is_made_where_none_is(full_url: str, tmp_path: Path) -> None:
    facts, missing = await facts_at(full_url), tmp_path / "none.db"
    assert await mark_at(full_url) == facts.ledger
    with pytest.raises(StoreError, match="there is no database at"):
        await mark_at(f"sqlite+aiosqlite:///{missing}")
    assert not await asyncio.to_thread(missing.exists)


def test_one_database_is_known_under_two_addresses(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    one, other = f"sqlite+aiosqlite:///{tmp_path}/a.db", f"sqlite+aiosqlite:///{tmp_path}/link/a.db"
    assert same_place(one, other)
    assert not same_place(one, f"sqlite+aiosqlite:///{tmp_path}/b.db")
    server = "postgresql+asyncpg://argo:secret@db"
    assert same_place(f"{server}/argo", f"{server}:5432/argo")
    assert place_name(f"{server}/argo") == "the database argo at db:5432"
