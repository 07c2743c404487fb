"""The demo as a stranger runs it, and its record recomputed by a script that shares no code with the pipeline."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from examples.demo.hashing import hash_of
from tests.ports import ports_in_a_row

ROOT = Path(__file__).parents[2]
SECONDS, CRASH_SECONDS = 25, 18
FIELDS = {
    "signals_published", "signals_vetoed", "decisions_vetoed", "orders_filled", "outcomes_resolved", "synced",
    "verified", "verify_failures", "cycle_ms_p50", "cycle_ms_p95", "end_to_end_ms_p50", "end_to_end_ms_p95",
    "alpine_url", "argo_url", "data_source", "prop_firm", "regular",
}  # fmt: skip


# As the first users wrote them.
WEEKLY_TOTAL = "SELECT COUNT(*) as total FROM signals WHERE timestamp >= date('now', '-7 days')"
WEEKLY = """
    SELECT COUNT(*) as total,
        SUM(CASE WHEN outcome = 'win' THEN 1 ELSE 0 END) as wins,
        SUM(CASE WHEN outcome = 'loss' THEN 1 ELSE 0 END) as losses,
        AVG(CASE WHEN outcome = 'win' THEN profit_loss_pct END) as avg_win_pct,
        AVG(CASE WHEN outcome = 'loss' THEN profit_loss_pct END) as avg_loss_pct
    FROM signals WHERE timestamp >= date('now', '-7 days') AND outcome IS NOT NULL"""
ALL_TIME = """
    SELECT COUNT(*) as total,
        SUM(CASE WHEN outcome = 'win' THEN 1 ELSE 0 END) as wins,
        SUM(CASE WHEN outcome = 'loss' THEN 1 ELSE 0 END) as losses
    FROM signals WHERE outcome IS NOT NULL"""


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo that has ended, and what its processes saw of each other while it ran: environments by command line."""

    folder: Path
    returncode: int
    output: str
    environments: dict[str, dict[str, str]]

    @property
    def summary(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "summary.json").read_text())
        return found


@pytest.fixture(scope="module", name="demo")
def finished_demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return run_demo(tmp_path_factory.mktemp("demo") / "files", SECONDS)


@pytest.fixture(scope="module", name="crash")
def finished_crash(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return run_demo(tmp_path_factory.mktemp("crash") / "files", CRASH_SECONDS, "--scenario", "crash")


def run_demo(folder: Path, seconds: int, *more: str) -> Demo:
    words = ["--seconds", str(seconds), "--port-base", str(ports_in_a_row(4)[0]), "--folder", str(folder), *more]
    log = folder.parent / "demo.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "examples.demo", *words], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        deadline = time.monotonic() + 60
        while not (folder / "summary.json").exists():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        environments = environments_of_children(process.pid)
        returncode = process.wait(seconds + 60)
    finally:
        process.kill()
    return Demo(folder, returncode, log.read_text(), environments)


def environments_of_children(pid: int) -> dict[str, dict[str, str]]:
    """What each child process was given, by its command line."""
    found = {}
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        command = Path(f"/proc/{child}/cmdline").read_bytes().decode().replace("\0", " ")
        pairs = (entry.partition("=") for entry in Path(f"/proc/{child}/environ").read_bytes().decode().split("\0"))
        found[command] = {name: value for name, _, value in pairs if name}
    return found


def recompute(database: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "examples" / "recompute_decisions.py"), str(database)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.timeout(SECONDS + 120)
def test_the_demo_ends_by_itself_with_signals_vetoes_orders_and_outcomes(demo: Demo) -> None:
    assert demo.returncode == 0, demo.output
    summary = demo.summary
    assert set(summary) == FIELDS
    assert summary["signals_published"] >= 20
    assert len(symbols_published(demo.folder)) >= 5
    assert summary["decisions_vetoed"] >= 10
    assert summary["signals_vetoed"] >= 1
    assert summary["orders_filled"] >= 1
    assert summary["outcomes_resolved"] >= 1
    assert summary["cycle_ms_p95"] > 0
    assert summary["end_to_end_ms_p95"] > 0
    for words in ("below threshold", "hash verified", "REPLAYED", "SIMULATED", "denied", "log in as"):
        assert words in demo.output


@pytest.mark.timeout(SECONDS + 120)
def test_both_accounts_trade_and_the_prop_firms_refuses_what_the_regular_one_takes(demo: Demo) -> None:
    regular, prop_firm = demo.summary["regular"], demo.summary["prop_firm"]
    assert (regular["state"], prop_firm["state"]) == ("TRADING", "TRADING")
    assert regular["equity"] > regular["floor"] > 0
    assert prop_firm["equity"] > prop_firm["floor"] > 0
    own = {"too_many_positions", "stop_too_far", "crisis_regime", "no_headroom"}
    assert own & (set(prop_firm["denials"]) - set(regular["denials"])), demo.summary
    assert filled_orders(demo.folder / "executor_prop_firm.db") >= 1
    assert filled_orders(demo.folder / "executor_argo.db") >= 1


@pytest.mark.slow
@pytest.mark.timeout(CRASH_SECONDS + 120)
def test_a_crash_ends_with_the_prop_firms_account_halted_and_flat_above_its_floor(crash: Demo) -> None:
    assert crash.returncode == 0, crash.output
    regular, prop_firm = crash.summary["regular"], crash.summary["prop_firm"]
    assert prop_firm["state"] == "HALTED", crash.output
    assert prop_firm["open_positions"] == 0
    assert prop_firm["floor"] < prop_firm["equity"] < 100_000
    assert prop_firm["denials"]["halted"] >= 1
    assert filled_orders(crash.folder / "executor_prop_firm.db") >= 2
    assert regular["state"] == "TRADING"
    assert "halted" not in regular["denials"]
    for words in ("SCRIPTED", "BREACH", "HALT"):
        assert words in crash.output
    assert "scripted" in crash.summary["data_source"]


def filled_orders(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        found: int = connection.execute("SELECT count(*) FROM fill_log").fetchone()[0]
        return found


def symbols_published(folder: Path) -> set[str]:
    with closing(sqlite3.connect(folder / "signals_unified.db")) as connection:
        return {row[0] for row in connection.execute("SELECT DISTINCT symbol FROM signal_log")}


@pytest.mark.timeout(SECONDS + 120)
def test_every_published_signal_reached_the_distributor_and_verifies_there(demo: Demo) -> None:
    summary = demo.summary
    assert summary["synced"] == summary["signals_published"] == summary["verified"]
    assert summary["verify_failures"] == 0


@pytest.mark.timeout(SECONDS + 120)
def test_four_processes_ran_and_each_credential_was_in_one_environment_only(demo: Demo) -> None:
    assert len(demo.environments) == 4
    holders: dict[str, list[str]] = {}
    for command, variables in demo.environments.items():
        for name in variables:
            holders.setdefault(name, []).append(command)
    for name, role in (("PROP_FIRM_API_KEY", "prop_firm"), ("ALPACA_API_KEY", "--executor argo")):
        (holder,) = holders[name]
        assert role in holder
    secrets = [environment.get("PROP_FIRM_API_KEY") for environment in demo.environments.values()]
    (secret,) = filter(None, secrets)
    others = [e for e in demo.environments.values() if "PROP_FIRM_API_KEY" not in e]
    assert all(secret not in value for environment in others for value in environment.values())
    assert len({json.dumps(environment, sort_keys=True) for environment in demo.environments.values()}) == 4


@pytest.mark.timeout(SECONDS + 120)
def test_every_stored_decision_follows_from_the_packaged_bars(demo: Demo) -> None:
    done = recompute(demo.folder / "signals_unified.db")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 differences" in done.stdout


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE decision_log SET body = replace(body, '\"LONG\"', '\"SHORT\"')", "side: recomputed"),
        ("UPDATE signal_log SET entry_price = entry_price + 0.01 WHERE id = 1", "hash of"),
    ],
)
@pytest.mark.timeout(SECONDS + 120)
def test_a_record_that_was_changed_is_found(demo: Demo, tmp_path: Path, change: str, words: str) -> None:
    forged = Path(shutil.copy(demo.folder / "signals_unified.db", tmp_path))
    with closing(sqlite3.connect(forged)) as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(change)
        connection.commit()
    done = recompute(forged)
    assert done.returncode == 1
    assert words in done.stdout


@pytest.mark.timeout(SECONDS + 120)
def test_the_weekly_report_says_what_the_older_documents_queries_say(demo: Demo) -> None:
    """The command prints every figure of the queries that the first users wrote, asked of the demo's own database."""
    (environment,) = (each for command, each in demo.environments.items() if command.strip().endswith("argo serve"))
    argo = Path(sys.executable).parent / "argo"
    done = subprocess.run(
        [argo, "report", "weekly", "--json"],
        cwd=demo.folder, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    sections = json.loads(done.stdout)["sections"]
    told = {(part["key"], line["key"]): line["value"] for part in sections for line in part["lines"]}
    with closing(sqlite3.connect(demo.folder / "signals_unified.db")) as connection:
        (signals,) = connection.execute(WEEKLY_TOTAL).fetchone()
        completed, wins, losses, mean_win, mean_loss = connection.execute(WEEKLY).fetchone()
        ever, ever_wins, _ = connection.execute(ALL_TIME).fetchone()
    assert signals >= 20
    assert completed >= 1
    figures = {"signals": signals, "completed": completed, "wins": wins, "losses": losses}
    assert {name: told["week", name] for name in figures} == figures
    assert (told["week", "average_win"], told["week", "average_loss"]) == pytest.approx((mean_win, mean_loss))
    assert told["week", "win_rate"] == pytest.approx(100.0 * wins / completed)
    assert (told["all_time_statistics", "completed"], told["all_time_statistics", "wins"]) == (ever, ever_wins)


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    ports = ["--port-base", str(ports_in_a_row(4)[0])]  # the usual ones may be taken, and that would be said first
    command = [sys.executable, "-m", "examples.demo", "--seconds", "1", "--folder", str(tmp_path), *ports]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, "name an empty folder" in done.stdout) == (1, True)
    assert (tmp_path / "thesis.txt").read_text() == "precious"


def test_the_demos_own_hash_holds_for_every_valid_vector() -> None:
    vectors = json.loads((ROOT / "tests" / "vectors" / "canonical_jcs1.json").read_text())
    assert len(vectors["valid"]) > 30
    for case in vectors["valid"]:
        assert hash_of(json.loads(case["wire"])) == case["sha256"], case["id"]
