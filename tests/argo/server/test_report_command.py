"""`argo report` and `argo journal` over a real database, a store that speaks S3, and a mail server; and the job."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import boto3
import pytest
from click.testing import CliRunner, Result
from moto.server import ThreadedMotoServer

from argo_core.adapters.sql import Database, SqlExecutionReportStore, SqlSignalLog
from argo_core.model.execution import ExecutionReports
from argo_core.testing.contracts.execution_reports import TRADE
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_log import MemoryLog
from argo_core.testing.memory_notifier import MemoryNotifier
from argo_core.testing.sample_cycles import sample_cycle, sample_outcome, sample_signal
from argo_server.cli.main import argo as argo_command
from argo_server.jobs.reporting import reporting_of
from argo_server.settings import Settings, load_settings
from argo_server.settings.report_section import reports_folder
from argo_server.wiring.records import upgrade_database
from argo_server.wiring.reports import report_services
from tests.argo.adapters.test_mailed_reports import Peer, serving
from tests.argo.server.web.parts import assemble

BUCKET = "argo-reports"
SIGNALS = "SELECT COUNT(*) FROM signals WHERE timestamp >= date('now', '-7 days')"


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def aws(store: str) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": store, "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }  # fmt: skip


def filled(folder: Path, email: object = None, **reports: object) -> Settings:
    """Three signals of the last days, two of them resolved, and a finished trade on the first."""
    file = folder / "config.json"
    file.write_text(json.dumps({"database": {"path": "argo.db"}, "reports": reports, "email": email or {}}))
    settings = load_settings({}, file)
    asyncio.run(_fill(settings))
    return settings


async def _fill(settings: Settings) -> None:
    await upgrade_database(settings)
    database, now = await Database.open(settings.database_url), datetime.now(UTC)
    signals = [sample_signal(f"c1-s{n}", confidence=94.0 + n, at=now - timedelta(days=n + 1)) for n in range(3)]
    log = SqlSignalLog(database)
    await log.append(sample_cycle("c1", signals=signals, at=now))
    outcomes = [sample_outcome(signals[0], profit_loss_pct=4.23), sample_outcome(signals[1], profit_loss_pct=1.0)]
    await log.append(sample_cycle("c2", outcomes=outcomes, at=now))
    receipt = await SqlExecutionReportStore(database, FixedClock(now)).store(ExecutionReports(trades=(TRADE,)))
    assert receipt.stored == 1
    await database.close()


def argo(folder: Path, *words: str, **env: str) -> Result:
    """The command here: a process of its own shows no more."""
    environment = {**dict.fromkeys(os.environ), "ARGO_CONFIG": str(folder / "config.json"), "HOME": str(folder), **env}
    return CliRunner(env=environment).invoke(argo_command, words)


def test_the_weekly_report_is_printed_written_uploaded_and_mailed(tmp_path: Path, store: str) -> None:
    with serving(peer := Peer()) as port:
        filled(
            tmp_path, {"host": "127.0.0.1", "port": port, "security": "plain", "sender": "reports@argo.example"},
            bucket=BUCKET, mail_to=["ada@argo.example"],
        )  # fmt: skip
        client = boto3.client("s3", endpoint_url=store, region_name="us-east-1", aws_access_key_id="testing",
                              aws_secret_access_key="testing")  # fmt: skip
        client.create_bucket(Bucket=BUCKET)
        done = argo(tmp_path, "report", "weekly", **aws(store))
    assert done.exit_code == 0, done.stderr
    with closing(sqlite3.connect(tmp_path / "argo.db")) as connection:
        (signals,) = connection.execute(SIGNALS).fetchone()
    assert f"Total Signals Generated: {signals}\n" in done.stdout
    assert "Win Rate: 100.00%\nAverage Win: +2.62%\nAverage Loss: n/a\n" in done.stdout
    assert "Prices are a replay" in done.stdout
    (state,) = (tmp_path / "var" / "reports").glob("*/week_*.json")
    kept = json.loads(state.read_bytes())
    assert (kept["uploaded"], kept["mailed"]) == (["csv", "html", "txt", "xlsx"], True)
    keys = [each["Key"] for each in client.list_objects_v2(Bucket=BUCKET)["Contents"]]
    assert keys == [f"reports/{kept['name']}.{form}" for form in ("csv", "html", "txt", "xlsx")]
    stored = client.get_object(Bucket=BUCKET, Key=f"reports/{kept['name']}.txt")["Body"].read().decode()
    assert stored == done.stdout == state.with_suffix(".txt").read_text("utf-8")
    assert len(peer.taken) == 1


def test_an_upload_that_fails_ends_with_one_line_and_the_next_report_carries_both(tmp_path: Path, store: str) -> None:
    filled(tmp_path, bucket="not-made-yet")
    refused = argo(tmp_path, "report", "weekly", **aws(store))
    assert refused.exit_code == 1
    (line,) = (each for each in refused.stderr.splitlines() if each.startswith("Error"))
    assert "NoSuchBucket" in line and "the files are kept" in line
    listed = json.loads(argo(tmp_path, "report", "list", "--json").stdout)
    assert [(each["kind"], each["uploaded"]) for each in listed] == [("weekly", [])]
    client = boto3.client("s3", endpoint_url=store, region_name="us-east-1", aws_access_key_id="testing",
                          aws_secret_access_key="testing")  # fmt: skip
    client.create_bucket(Bucket="not-made-yet")
    assert argo(tmp_path, "report", "premium", **aws(store)).exit_code == 0
    assert len(client.list_objects_v2(Bucket="not-made-yet")["Contents"]) == 8


def test_the_journal_shows_trades_and_figures_and_writes_tradervues_import(tmp_path: Path) -> None:
    filled(tmp_path)
    shown = argo(tmp_path, "journal", "--tradervue", str(tmp_path / "trades.csv"))
    assert shown.exit_code == 0, shown.stderr
    assert "argo, simulated: 1 trades, percentages of a capital of 100,000.00" in shown.stdout
    assert len((tmp_path / "trades.csv").read_text().splitlines()) == 3
    (journal,) = json.loads(argo(tmp_path, "journal", "--json").stdout)
    assert journal["trades"][0]["net"] == pytest.approx(1755.0 * 0.02364672)
    nobody = argo(tmp_path, "journal", "--executor", "prop_firm")
    assert (nobody.exit_code, nobody.stderr) == (
        1, "Error: prop_firm has reported no finished trade: argo journal shows who has\n"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "told"),
    [(("report", "weekly", "--ending", "2199-01-01"), "2199-01-01 has not begun: name a day up to today"),
     (("report", "weekly", "--ending", "soon"), "does not match the format '%Y-%m-%d'")],
)  # fmt: skip
def test_a_day_that_is_none_is_bad_usage(tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    filled(tmp_path)
    done = argo(tmp_path, *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert told in done.stderr


def test_readers_without_a_mail_server_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    filled(tmp_path, mail_to=["ada@argo.example"])
    done = argo(tmp_path, "report", "weekly")
    assert "somebody is to get letters and email.host is not set" in done.stderr
    assert not (tmp_path / "var").exists()


def test_the_job_writes_the_week_that_is_due(tmp_path: Path) -> None:
    settings = filled(tmp_path)
    sunday = datetime.combine(datetime.now(UTC).date() + timedelta(days=7), time(23, 59), UTC)
    sunday -= timedelta(days=(sunday.weekday() - 6) % 7)
    assert f"{sunday:%Y}/week_{sunday:%Y%m%d}" in asyncio.run(_job(settings, sunday))


async def _job(settings: Settings, now: datetime) -> list[str]:
    """Names of what is there after the job ran at `now`."""
    database = await Database.open(settings.database_url)
    try:
        written = report_services(settings, database, FixedClock(now), MemoryNotifier())
        await reporting_of(dataclasses.replace(assemble(MemoryLog()), written=written))()
        return [kept.name for kept in (await written.shelf.kept()).reports]
    finally:
        await database.close()


def test_a_folder_that_cannot_be_written_is_told_once_and_its_end_too(tmp_path: Path) -> None:
    settings = filled(tmp_path)
    sunday = datetime.combine(datetime.now(UTC).date() + timedelta(days=7), time(23, 59), UTC)
    sunday -= timedelta(days=(sunday.weekday() - 6) % 7)
    asyncio.run(_told(settings, sunday, tmp_path))


async def _told(settings: Settings, now: datetime, folder: Path) -> None:
    database, notifier = await Database.open(settings.database_url), MemoryNotifier()
    try:
        written = report_services(settings, database, FixedClock(now), notifier)
        job = reporting_of(dataclasses.replace(assemble(MemoryLog()), written=written))
        reports = reports_folder(settings.file.reports, settings.file_path)
        reports.parent.mkdir(parents=True, exist_ok=True)
        reports.write_text("a file where the folder should be")
        notifier.down = True
        await job()
        notifier.down = False
        assert "reports" not in notifier.matters
        await job()
        first = notifier.matters["reports"]
        assert (first.resolved, "was not written" in first.message) == (False, True)
        await job()
        assert notifier.matters["reports"] is first
        reports.unlink()
        await job()
        assert notifier.matters["reports"].resolved
    finally:
        await database.close()
