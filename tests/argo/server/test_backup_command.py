"""`argo backup`, `argo restore` and `argo drill disaster`: a folder with a log, and a witness that saw more."""

from __future__ import annotations

import asyncio
import json
import socket
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
import uvicorn
from moto.server import ThreadedMotoServer

from argo_core.model.backup import BackupRecord
from argo_core.pipeline.keep_backups import BackupRun
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_notifier import MemoryNotifier
from argo_server.jobs.backing_up import backing_up_of
from argo_server.services import BackupServices
from tests.argo.adapters.http.ledger_receiver import LedgerReceiver
from tests.argo.server.in_process import Ended, InProcess
from tests.argo.server.processes import ArgoFolder, stop, wait_until
from tests.argo.server.test_ledger_commands import Distributor, witnessed

MOMENT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


@pytest.fixture(name="receiver")
async def distributor() -> AsyncIterator[LedgerReceiver]:
    app = Distributor()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        app.port = listener.getsockname()[1]
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
        task = asyncio.create_task(server.serve([listener]))
        yield app
        server.should_exit = True
        await task


@pytest.fixture(name="logged")
def one_cycle(argo: ArgoFolder) -> InProcess:
    here = InProcess(argo)
    assert here.run("cycle").returncode == 0
    return here


def rows(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM log_leaf").fetchone()[0])


def next_second(here: InProcess | ArgoFolder, *words: str) -> Ended:
    """The command once no backup of this second is there already."""
    while (done := here.run(*words)).returncode and "wait a second" in done.stderr:
        pass
    return Ended(done.returncode, done.stdout, done.stderr)


def test_a_backup_is_taken_listed_restored_and_drilled(logged: InProcess) -> None:
    done = logged.run("backup", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    name = json.loads(done.stdout)["backup"]["name"]
    assert (logged.folder / "var" / "backups" / name / "manifest.json").is_file()
    assert name in logged.run("backup", "--list").stdout
    assert json.loads(logged.run("backup", "--list", "--json").stdout)[0]["verified_at"] is not None
    target = logged.folder / "elsewhere" / "restored.db"
    restored = logged.run("restore", name, "--into", f"sqlite+aiosqlite:///{target}")
    assert (restored.returncode, "rows restored and verified" in restored.stdout) == (0, True), restored.stderr
    assert rows(target) == rows(logged.within.database) > 2
    assert "note: no witness was asked: whether this is the newest copy is not known\n" in restored.stdout
    assert f"note: the database {logged.within.database} holds nothing beyond it\n" in restored.stdout
    again = logged.run("restore", name, "--into", f"sqlite+aiosqlite:///{target}")
    assert (again.returncode, "nothing is overwritten" in again.stderr) == (1, True)
    drill = next_second(logged, "drill", "disaster", "--json")
    record = json.loads(drill.stdout)
    assert (drill.returncode, record["held"], record["log_size"]) == (1, False, rows(target))
    assert "no witness was asked" in record["why"]
    meant = next_second(logged, "drill", "disaster", "--without-witness")
    assert (meant.returncode, "ok: rows and roots held; no witness confirmed it" in meant.stdout) == (0, True)


def test_an_older_one_that_cannot_be_read_is_told_and_does_not_fail_a_sound_one(logged: InProcess) -> None:
    old = logged.folder / "var" / "backups" / "argo-20260301T030000Z"
    old.mkdir(parents=True)
    (old / "manifest.json").write_text("?", "utf-8")
    done = logged.run("backup")
    assert (done.returncode, "\nok: argo-" in done.stdout) == (0, True), done.stdout + done.stderr
    assert f"an older backup cannot be read, see argo backup --list: {old.name}\n" in done.stdout


def test_an_older_backup_beside_a_newer_database_is_refused_by_name(logged: InProcess) -> None:
    name = json.loads(logged.run("backup", "--json").stdout)["backup"]["name"]
    held = rows(logged.within.database)
    assert logged.run("cycle").returncode == 0
    into = f"sqlite+aiosqlite:///{logged.folder / 'older.db'}"
    refused = logged.run("restore", name, "--into", into, "--json")
    told = json.loads(refused.stdout)
    assert refused.returncode == 1
    seen = f"the database {logged.within.database} has seen {rows(logged.within.database)} entries and we hold {held}"
    assert seen in told["why"]
    logged.within.database.rename(logged.folder / "lost.db")
    done = logged.run("restore", name, "--into", f"sqlite+aiosqlite:///{logged.folder / 'again.db'}", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["witnesses"]["beside"]) == (0, "")
    assert str(logged.within.database) in told["witnesses"]["not_beside"]
    assert told["unknown"] == "no witness was asked: whether this is the newest copy is not known"


def test_a_name_that_no_backup_has_and_a_missing_key_are_said_in_one_line(logged: InProcess) -> None:
    into = ("--into", f"sqlite+aiosqlite:///{logged.folder / 'r.db'}")
    missing = logged.run("restore", "argo-20200101T000000Z", *into)
    assert (missing.returncode, "manifest.json is missing" in missing.stderr) == (1, True)
    name = json.loads(logged.run("backup", "--json").stdout)["backup"]["name"]
    (logged.folder / "keys" / "log.key").rename(logged.folder / "lost.key")
    refused = logged.run("restore", name, *into)
    assert (refused.returncode, "restore the keys first" in refused.stderr) == (1, True)


def test_a_changed_database_fails_its_backup_with_status_1(logged: InProcess) -> None:
    with closing(sqlite3.connect(logged.within.database)) as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("UPDATE log_checkpoint SET signed_at = 'x', root = zeroblob(32)")
        connection.commit()
    done = logged.run("backup")
    assert (done.returncode, "FAILED: backup argo-" in done.stdout) == (1, True)
    told = next_second(logged, "backup", "--json", "--report")
    assert (told.returncode, json.loads(told.stdout)["backup"]["verified_at"]) == (0, None)


def test_a_backup_goes_to_the_bucket_and_comes_back_from_it(logged: InProcess) -> None:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_DEFAULT_REGION": "us-east-1"}
        address = f"http://{host}:{port}"
        there = logged.with_environment(ARGO_BACKUP_BUCKET="kept", ARGO_BACKUP_ENDPOINT=address, **keys)
        waits = there.run("backup", "--json")
        assert (waits.returncode, "NoSuchBucket" in waits.stdout) == (1, True), waits.stderr
        client = boto3.client("s3", endpoint_url=address, region_name="us-east-1",
                              aws_access_key_id="testing", aws_secret_access_key="testing")  # fmt: skip
        client.create_bucket(Bucket="kept")
        name = json.loads(waits.stdout)["backup"]["name"]
        carried = next_second(there, "backup", "--json")
        assert (carried.returncode, len(json.loads(carried.stdout)["carried"])) == (0, 2), carried.stderr
        assert "2,557 days" in there.run("backup", "--lifecycle").stdout
        into = f"sqlite+aiosqlite:///{logged.folder / 'restored.db'}"
        elsewhere = there.with_environment(ARGO_BACKUP_FOLDER=str(logged.folder / "fetched"))
        done = elsewhere.run("restore", name, "--from", "s3://kept/backups", "--into", into)
        assert done.returncode == 0, done.stderr
    finally:
        server.stop()


async def test_an_older_backup_is_refused_by_name_and_recovered_while_a_drill_takes_back_what_came_since(
    argo: ArgoFolder, receiver: LedgerReceiver
) -> None:
    async def run(folder: ArgoFolder, *words: str) -> Any:
        return await asyncio.to_thread(folder.run, *words)

    folder = await asyncio.to_thread(witnessed, argo, receiver.url)
    process = await asyncio.to_thread(folder.serve)
    try:
        await asyncio.to_thread(wait_until, lambda: len(receiver.mirror) > 3, process)
        taken = await run(folder, "backup", "--json")
        assert taken.returncode == 0, taken.stderr
        seen = receiver.size
        await asyncio.to_thread(wait_until, lambda: receiver.size > seen and len(receiver.mirror) > seen, process)
        drill = await asyncio.to_thread(next_second, folder, "drill", "disaster", "--json")
    finally:
        assert await asyncio.to_thread(stop, process) == 0
    assert drill.returncode == 0, drill.stdout + drill.stderr
    assert json.loads(drill.stdout)["confirmed"] == [f"{receiver.url}/ledger"]
    report = json.loads(taken.stdout)["backup"]
    restored = folder.with_environment(ARGO_DATABASE_URL=f"sqlite+aiosqlite:///{argo.folder / 'restored.db'}")
    refused = await run(folder, "restore", report["name"], "--into", restored.environment["ARGO_DATABASE_URL"])
    held = rows(argo.folder / "restored.db")
    for words in (
        f"FAILED: {report['name']}: ",
        f"has seen {receiver.size} entries and we hold {held}",
        "run: argo ledger recover",
    ):
        assert words in refused.stdout
    assert refused.returncode == 1
    signed = await run(restored, "cycle")
    assert (signed.returncode, "nothing is signed" in signed.stderr) == (1, True)
    recovered = await run(restored, "ledger", "recover")
    assert (recovered.returncode, "entries taken back" in recovered.stdout) == (0, True), recovered.stderr
    assert (await run(restored, "cycle")).returncode == 0


class Backups:
    """What the job works with; `why` is what the next round says."""

    def __init__(self) -> None:
        self.clock, self.notifier, self.runs, self.why = FixedClock(MOMENT), MemoryNotifier(), 0, ""

    async def run(self) -> BackupRun:
        self.runs += 1
        verified_at = None if self.why else MOMENT
        findings = (self.why,) if self.why else ()
        record = BackupRecord(name="b", taken_at=MOMENT, bytes=1, verified_at=verified_at, findings=findings)
        return BackupRun(backup=record)

    async def due(self, now: datetime) -> bool:
        return True

    async def last(self) -> None:
        return None


async def test_the_job_alerts_once_waits_three_hours_and_ends_the_matter() -> None:
    backups = Backups()
    services = BackupServices(backups.run, backups.due, backups.last, backups.notifier, backups.clock)
    job, backups.why = backing_up_of(services), "row 3 differs"
    for _ in range(3):
        await job()
        backups.clock.advance(timedelta(minutes=5))
    assert (backups.runs, backups.notifier.matters["backup"].message) == (1, "backup b does not hold: row 3 differs")
    backups.clock.advance(timedelta(hours=3))
    backups.why = ""
    await job()
    assert (backups.runs, backups.notifier.matters["backup"].resolved) == (2, True)
