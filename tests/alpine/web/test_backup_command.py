"""`alpine backup` and `alpine restore` on a real database, and the job that takes a backup each day."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from alpine_core.adapters.sql import Database, SqlAlarmShelf, SqlSignalStore, upgrade
from alpine_core.errors import OperatorError, StoreError
from alpine_core.model import Alarm
from alpine_core.model.backup import BackupRecord, BackupRound, backup_name
from alpine_web.cli.main import alpine
from alpine_web.jobs.backing_up import back_up
from alpine_web.services import BackupPlan
from alpine_web.settings import load_settings
from alpine_web.web.lines import lines_of
from alpine_web.web.site import open_site
from alpine_web.wiring.backups import backup_house, backup_plan
from alpine_web.wiring.own_audit import own_audit
from alpine_web.wiring.upgrade import MIGRATIONS
from tests.alpine.web.parts import Rig


@pytest.fixture
async def given(tmp_path: Path) -> dict[str, str]:
    """The environment of a folder with an empty database."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'alpine.db'}"
    await upgrade(url, MIGRATIONS)
    return {"ALPINE_DATABASE_URL": url, "ALPINE_BACKUP_FOLDER": str(tmp_path / "backups")}


def test_a_backup_is_taken_listed_and_restored(given: dict[str, str], tmp_path: Path) -> None:
    runner, target = CliRunner(env=given), f"sqlite+aiosqlite:///{tmp_path / 'restored.db'}"
    done = runner.invoke(alpine, ["backup", "--json"])
    assert done.exit_code == 0, done.output
    name = json.loads(done.stdout)["backup"]["name"]
    assert name in runner.invoke(alpine, ["backup", "--list"]).stdout
    (listed,) = json.loads(runner.invoke(alpine, ["backup", "--list", "--json"]).stdout)
    assert (listed["verified"][10], listed["verified"][-6:], listed["finding"]) == ("T", "+00:00", "")
    restored = runner.invoke(alpine, ["restore", name, "--into", target])
    assert (restored.exit_code, "rows restored and audited" in restored.stdout) == (0, True), restored.output
    again = runner.invoke(alpine, ["restore", name, "--into", target])
    assert (again.exit_code, "nothing is overwritten" in again.output) == (1, True)
    missing = runner.invoke(alpine, ["restore", "alpine-20200101T000000Z", "--into", f"{target}2"])
    assert (missing.exit_code, "manifest.json is missing" in missing.output) == (1, True)
    assert "set ALPINE_BACKUP_BUCKET" in runner.invoke(alpine, ["backup", "--lifecycle"]).output


async def test_the_full_check_by_a_process_of_its_own_tells_what_does_not_hold(
    given: dict[str, str], tmp_path: Path
) -> None:
    settings = load_settings({**given, "ALPINE_KEY_DIR": str(tmp_path / "keys")}, tmp_path)
    with closing(sqlite3.connect(tmp_path / "alpine.db")) as planted, planted:
        planted.execute("INSERT INTO records VALUES (1, 'signal', 'SIG-1', '2026-03-02T14:30:00.000000Z')")
    report = await own_audit(settings)()
    assert (report.checked, report.found) == (0, 1)
    (found,) = report.findings
    assert (found.signal_id, found.field) == ("SIG-1", "signal")
    assert found.problem == "the signal of record 1 was removed"


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("ALPINE_BACKUP_AT", "25:00", r"ALPINE_BACKUP_AT is '25:00': write a time as 03:10"),
        ("ALPINE_BACKUP_BUCKET", "s3://kept", "write a bucket's name, without s3://"),
        ("ALPINE_BACKUP_ENDPOINT", "store:9000", "ALPINE_BACKUP_ENDPOINT must begin with"),
    ],
)
def test_a_setting_that_cannot_be_is_named(tmp_path: Path, name: str, text: str, words: str) -> None:
    with pytest.raises(OperatorError, match=words):
        load_settings({name: text}, tmp_path)


def test_an_older_one_that_cannot_be_read_is_told_and_does_not_fail_a_sound_one(
    given: dict[str, str], tmp_path: Path
) -> None:
    runner, old = CliRunner(env=given), "alpine-20260301T030000Z"
    (tmp_path / "backups" / old).mkdir(parents=True)
    (tmp_path / "backups" / old / "manifest.json").write_text("?", "utf-8")
    done = runner.invoke(alpine, ["backup"])
    assert (done.exit_code, "\nok: alpine-" in done.stdout) == (0, True), done.output
    assert f"an older backup cannot be read, see alpine backup --list: {old}\n" in done.stdout
    listed = runner.invoke(alpine, ["backup", "--list"]).stdout
    assert "manifest.json cannot be read" in next(line for line in listed.splitlines() if old in line)


def plan(rig: Rig, why: str, alarms: list[Alarm], *, breaks: bool = False, damaged: tuple[str, ...] = ()) -> Rig:
    now = rig.clock.now()

    async def due(_now: datetime) -> bool:
        return True

    async def run() -> BackupRound:
        if breaks:
            raise StoreError("the disk is full")
        return BackupRound(backup=BackupRecord(name="b", taken_at=now, bytes=1), why=why, damaged=damaged)

    async def last() -> None:
        return None

    async def alarm(one: Alarm) -> None:
        alarms.append(one)

    return replace(rig, services=replace(rig.services, backups=BackupPlan(due, run, last, alarm)))


async def test_a_backup_that_failed_is_an_alarm_and_a_sound_one_is_none(rig: Rig) -> None:
    alarms: list[Alarm] = []
    assert await back_up(plan(rig, "", alarms).services)
    assert alarms == []
    assert not await back_up(plan(rig, "b does not hold: a row", alarms).services)
    assert not await back_up(plan(rig, "", alarms, breaks=True).services)
    assert await back_up(plan(rig, "", alarms, damaged=("a",)).services)
    assert [(one.subject, one.offered) for one in alarms] == [
        ("backup b", "b does not hold: a row"),
        ("backup none", "the disk is full"),
        ("backup b", "older backups that cannot be read: 1 (a)"),
    ]


async def test_an_older_one_that_cannot_be_read_is_an_alarm_of_each_day(
    rig: Rig, given: dict[str, str], tmp_path: Path
) -> None:
    settings, lines, old = load_settings(given, tmp_path), lines_of(open_site()), "alpine-20260301T030000Z"
    (settings.backups.folder / old).mkdir(parents=True)
    (settings.backups.folder / old / "manifest.json").write_text("?", "utf-8")
    database, day, clock = await Database.open(settings.database_url), timedelta(days=1), rig.clock
    plan = backup_plan(settings, lines, clock.now(), SqlSignalStore(database).raise_alarm)
    assert plan is not None
    house = backup_house(settings, lines)
    services = replace(rig.services, backups=replace(plan, run=lambda: house.round(clock.now)))
    for _ in range(2):
        clock.moment += day
        assert await back_up(services)
        assert await back_up(services)
    alarms = await SqlAlarmShelf(database).newest(9)
    await database.close()
    why, days = f"older backups that cannot be read: 1 ({old})", (clock.now(), clock.now() - day)
    assert [(one.subject, one.offered, one.raised_at) for one in alarms] == [
        (f"backup {backup_name(moment)}", why, moment) for moment in days
    ]
