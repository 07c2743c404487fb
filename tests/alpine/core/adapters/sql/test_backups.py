"""Backups of the distributor's database, on both systems: tried, restored, carried, refused by name."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import asyncpg
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import make_url

from alpine_core.adapters.backups import BackupHouse, restored
from alpine_core.adapters.backups.folder import one_at_a_time, opened
from alpine_core.adapters.backups.moment import moment_at
from alpine_core.adapters.sql import Database, SqlSignalShelf, SqlSignalStore, upgrade
from alpine_core.errors import OperatorError, StoreError
from alpine_core.model import SignalQuery
from alpine_core.model.backup import BackupRecord, backup_due, backup_name, last_backup, place_below, removable
from alpine_core.model.query import Window
from alpine_core.testing.samples import MOMENT, sample_verified
from alpine_core.verify.audit import audit
from tests.alpine.core.places import MIGRATIONS

AT = datetime(2026, 3, 2, 3, 10, tzinfo=UTC)
NAME = "alpine-20260302T031000Z"
DAY = timedelta(days=1)
PASSWORD = "s3/cr@t: %41"


async def look(url: str) -> tuple[str, ...]:
    """Every signal against its hash and its body."""
    database = await Database.open(url)
    try:
        page = await SqlSignalShelf(database).page(SignalQuery(limit=100), Window())
        return tuple(found.problem for stored in page.items for found in audit(stored))
    finally:
        await database.close()


class Elsewhere:
    """Another place, in memory. While `down`, nobody answers."""

    def __init__(self) -> None:
        self.down, self.names = False, list[str]()

    async def put(self, name: str, taken_at: datetime) -> str:
        if self.down:
            raise StoreError("s3://kept cannot be used: it is down")
        self.names.append(name)
        return f"s3://kept/{name}"

    async def fetch(self, place: str) -> str:
        raise StoreError(place)

    async def keep_for(self, days: int) -> None:
        raise StoreError(str(days))


@pytest.fixture
async def full_url(database_url: str) -> str:
    await upgrade(database_url, MIGRATIONS)
    database = await Database.open(database_url)
    await SqlSignalStore(database).store([sample_verified(name) for name in "abc"], MOMENT)
    await database.close()
    return database_url


@pytest.fixture
async def full_file(sqlite_url: str) -> str:
    await upgrade(sqlite_url, MIGRATIONS)
    database = await Database.open(sqlite_url)
    await SqlSignalStore(database).store([sample_verified(name) for name in "abc"], MOMENT)
    await database.close()
    return sqlite_url


@pytest.fixture
async def another_pg_url(pg_server: str) -> AsyncIterator[str]:
    """An empty database beside that of `full_url`."""
    plain = pg_server.replace("+asyncpg", "")
    connection = await asyncpg.connect(f"{plain}/postgres")
    try:
        await connection.execute('CREATE DATABASE "alpine_elsewhere" TEMPLATE template0')
        yield f"{pg_server}/alpine_elsewhere"
        await connection.execute('DROP DATABASE "alpine_elsewhere" WITH (FORCE)')
    finally:
        await connection.close()


@pytest.fixture
async def locked_url(pg_url: str) -> AsyncIterator[str]:
    """The address of `pg_url` for a user with a password, and no character of that may be taken as written."""
    connection = await asyncpg.connect(pg_url.replace("+asyncpg", ""))
    rules = str(await connection.fetchval("SELECT pg_read_file(current_setting('hba_file'))"))
    rule = "host all locked 127.0.0.1/32 scram-sha-256"
    try:
        await connection.execute(f"CREATE ROLE locked SUPERUSER LOGIN PASSWORD '{PASSWORD}'")
        await _write_rules(connection, f"{rule}\n{rules}")
        yield make_url(pg_url).set(username="locked", password=PASSWORD).render_as_string(hide_password=False)
    finally:
        await _write_rules(connection, rules)
        await connection.execute("DROP ROLE locked")
        await connection.close()


async def _write_rules(connection: asyncpg.Connection, rules: str) -> None:
    """A server reads them anew; only it may write where they lie."""
    place = await connection.fetchval("SELECT current_setting('hba_file')")
    lines = ", ".join("'" + line.replace("'", "''") + "'" for line in rules.splitlines() if line and line[0] != "#")
    await connection.execute(f"COPY (SELECT unnest(ARRAY[{lines}])) TO '{place}'")
    await connection.execute("SELECT pg_reload_conf()")


@pytest.fixture
def empty(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """An empty place on the same system."""
    if database_url.startswith("sqlite"):
        return f"sqlite+aiosqlite:///{tmp_path / 'elsewhere' / 'restored.db'}"
    return str(request.getfixturevalue("another_pg_url"))


def house(url: str, tmp_path: Path, place: Elsewhere | None = None, days: int | None = None) -> BackupHouse:
    return BackupHouse(tmp_path / "backups", url, MIGRATIONS, look, place, days)


async def test_a_round_takes_tries_and_leaves_one_folder(full_url: str, tmp_path: Path) -> None:
    done = await house(full_url, tmp_path).round(lambda: AT)
    assert (done.why, done.backup.name, done.backup.verified_at, done.waiting) == ("", NAME, AT, ())
    manifest = opened(tmp_path / "backups" / NAME)
    found = await moment_at(full_url)
    assert (manifest.schema, manifest.rows, manifest.logs) == found
    assert manifest.rows["signals"] == 3
    assert not list((tmp_path / "backups").glob(".trying*"))


async def test_what_is_restored_is_what_was_there_and_a_full_target_stays(
    full_url: str, empty: str, tmp_path: Path
) -> None:
    await house(full_url, tmp_path).round(lambda: AT)
    folder = tmp_path / "backups" / NAME
    assert (await restored(folder, empty, MIGRATIONS, look))[1] == ()
    assert await moment_at(empty) == await moment_at(full_url)
    with pytest.raises(StoreError, match="nothing is overwritten"):
        await restored(folder, empty, MIGRATIONS, look)


@pytest.mark.postgres
async def test_a_password_reaches_postgresqls_programs(pg_url: str, locked_url: str, tmp_path: Path) -> None:
    await upgrade(pg_url, MIGRATIONS)
    done = await house(locked_url, tmp_path).round(lambda: AT)
    assert (done.why, done.backup.verified_at) == ("", AT)
    wrong = make_url(locked_url).set(password="s3cret").render_as_string(hide_password=False)
    with pytest.raises(StoreError) as refused:
        await house(wrong, tmp_path).round(lambda: AT + DAY)
    assert "s3cret" not in str(refused.value)


def _changed(folder: Path) -> None:
    file = folder / "database.sqlite3.gz"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def _told(folder: Path, **other: object) -> None:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    (folder / "manifest.json").write_text(json.dumps(manifest | other), "utf-8")


ATTACKS: dict[str, tuple[Callable[[Path], None], str]] = {
    "a bit": (_changed, "is not the file that was backed up"),
    "the file": (lambda folder: (folder / "database.sqlite3.gz").unlink(), "the backup is half"),
    "the manifest": (lambda folder: (folder / "manifest.json").unlink(), "is no backup, or half of one"),
    "another entity": (lambda folder: _told(folder, entity="other"), "is a backup of 'other', not of alpine"),
    "a later form": (lambda folder: _told(folder, form=2), "has form 2, this program reads 1"),
    "a place elsewhere": (lambda folder: _told(folder, file="../x"), "names a file elsewhere"),
    "another system": (lambda folder: _told(folder, backend="postgresql"), "the backup is of postgresql"),
    "a newer schema": (lambda folder: _told(folder, schema="9999"), "the backup has schema 9999"),
}


@pytest.mark.parametrize("what", ATTACKS)
async def test_what_is_not_what_it_says_is_refused_by_name(full_file: str, tmp_path: Path, what: str) -> None:
    await house(full_file, tmp_path).round(lambda: AT)
    attack, words = ATTACKS[what]
    attack(tmp_path / "backups" / NAME)
    target = tmp_path / "restored.db"
    with pytest.raises(OperatorError, match=words):
        await restored(tmp_path / "backups" / NAME, f"sqlite+aiosqlite:///{target}", MIGRATIONS, look)
    assert not target.exists()


async def test_rows_that_are_not_there_and_rows_that_were_changed_are_found(full_file: str, tmp_path: Path) -> None:
    await house(full_file, tmp_path).round(lambda: AT)
    folder, target = tmp_path / "backups" / NAME, f"sqlite+aiosqlite:///{tmp_path / 'restored.db'}"
    _told(folder, rows=opened(folder).rows | {"signals": 4})
    assert (await restored(folder, target, MIGRATIONS, look))[1] == (
        "schema, rows or logs are not what the manifest says: signals",
    )
    with closing(sqlite3.connect(full_file.partition(":///")[2])) as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("UPDATE signals SET entry_price = entry_price + 1 WHERE signal_id = 'b'")
        connection.commit()
    done = await house(full_file, tmp_path).round(lambda: AT + DAY)
    assert (done.backup.verified_at, "does not hold" in done.why) == (None, True)


async def test_an_upload_that_failed_is_made_up_for_by_the_next_round(full_file: str, tmp_path: Path) -> None:
    place = Elsewhere()
    place.down = True
    rounds = house(full_file, tmp_path, place)
    first = await rounds.round(lambda: AT)
    assert first.why == "backups that are here and nowhere else: 1 (s3://kept cannot be used: it is down)"
    place.down = False
    second = await rounds.round(lambda: AT + DAY)
    assert (second.why, place.names) == ("", [NAME, "alpine-20260303T031000Z"])
    later = await house(full_file, tmp_path, place, 30).round(lambda: AT + 40 * DAY)
    assert later.removed == (NAME, "alpine-20260303T031000Z")


async def test_a_second_process_waits_its_turn(full_file: str, tmp_path: Path) -> None:
    with one_at_a_time(tmp_path / "backups"), pytest.raises(StoreError, match="another backup works"):
        await house(full_file, tmp_path).round(lambda: AT)


def record(taken_at: datetime, *, verified: bool = True, uploaded: bool = False) -> BackupRecord:
    return BackupRecord(
        name=backup_name(taken_at), taken_at=taken_at, bytes=1, verified_at=taken_at if verified else None,
        uploaded_to="s3://b/x" if uploaded else "",
    )  # fmt: skip


def test_nothing_younger_than_seven_years_is_removed_unless_it_lies_elsewhere() -> None:
    weekly = [record(AT - days * DAY) for days in range(0, 3_000, 7)]
    kept = {one.name for one in weekly} - set(removable(weekly, AT, 1))
    assert kept == {one.name for one in weekly if one.taken_at is not None and AT - one.taken_at <= 2_557 * DAY}
    old = [record(AT - 31 * DAY, verified=False, uploaded=True), record(AT - 32 * DAY, uploaded=True), record(AT)]
    assert removable(old, AT, 30) == (old[1].name,)
    assert removable(old, AT, None) == ()


SAID = st.none() | st.datetimes() | st.datetimes(timezones=st.just(UTC))


@given(st.lists(st.tuples(st.integers(0, 2_557), SAID, st.booleans()), unique_by=lambda one: one[0]))
def test_no_damage_to_a_record_makes_a_young_backup_old(ages: list[tuple[int, datetime | None, bool]]) -> None:
    damaged = [
        msgspec.structs.replace(record(AT - days * DAY, verified=verified), taken_at=said)
        for days, said, verified in ages
    ]
    assert removable(damaged, AT, 1) == ()


def test_a_backup_of_which_nothing_says_when_it_was_taken_stays() -> None:
    unknown = BackupRecord(name="alpine-before-the-move", taken_at=None, bytes=0, findings=("damaged",))
    assert removable([unknown, record(AT)], AT, 1) == ()
    assert (last_backup([unknown]), backup_due([unknown], time(3, 10), AT + DAY, AT)) == (None, True)


@pytest.mark.parametrize("noted", [True, False])
async def test_a_damaged_manifest_is_told_each_day_and_neither_ends_the_rounds_nor_ages_the_backup(
    full_file: str, tmp_path: Path, noted: bool
) -> None:
    rounds = house(full_file, tmp_path)
    await rounds.round(lambda: AT)
    (tmp_path / "backups" / NAME / "manifest.json").write_text("?", "utf-8")
    if not noted:
        (tmp_path / "backups" / NAME / "record.json").unlink()
    done = await rounds.round(lambda: AT + DAY)
    old, new = await rounds.records()
    assert (done.why, done.damaged, done.removed, new.verified_at) == ("", (NAME,), (), AT + DAY)
    assert (old.taken_at, old.verified_at, "manifest.json cannot be read" in old.findings[0]) == (AT, None, True)


async def test_a_note_that_tells_another_year_does_not_age_the_backup(full_file: str, tmp_path: Path) -> None:
    rounds = house(full_file, tmp_path)
    await rounds.round(lambda: AT)
    note = tmp_path / "backups" / NAME / "record.json"
    note.write_text(note.read_text("utf-8").replace('"taken_at":"2026', '"taken_at":"2016'), "utf-8")
    assert (await rounds.round(lambda: AT + DAY)).removed == ()
    assert [one.taken_at for one in await rounds.records()] == [AT, AT + DAY]


@pytest.mark.parametrize(
    ("held", "now", "expected"),
    [
        ([], AT + timedelta(hours=1), True),
        ([], AT - timedelta(minutes=1), False),
        ([record(AT)], AT + timedelta(hours=23), False),
        ([record(AT)], AT + DAY, True),
        ([record(AT, verified=False)], AT + timedelta(hours=1), True),
    ],
)
def test_one_is_due_each_day(held: list[BackupRecord], now: datetime, expected: bool) -> None:
    assert backup_due(held, time(3, 10), now, AT - timedelta(hours=2)) is expected


def test_the_last_one_is_shown_and_its_place_is_that_of_its_day() -> None:
    shown = last_backup([record(AT), record(AT - DAY)])
    assert shown is not None
    assert (shown.taken_at, shown.verified, shown.uploaded, last_backup([])) == (AT, True, False, None)
    assert place_below("s3://b/backups", NAME) == f"s3://b/backups/alpine/2026/03/02/{NAME}"
