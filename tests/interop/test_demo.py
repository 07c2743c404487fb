"""The demo as a stranger runs it, and its record recomputed by a script that shares no code with the pipeline."""

from __future__ import annotations

import json
import shutil
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECONDS = 25
FIELDS = {
    "signals_published", "signals_vetoed", "decisions_vetoed", "orders_filled", "outcomes_resolved", "synced",
    "verified", "verify_failures", "cycle_ms_p50", "cycle_ms_p95", "end_to_end_ms_p50", "end_to_end_ms_p95",
    "alpine_url", "argo_url", "data_source",
}  # fmt: skip


@pytest.fixture(scope="module", name="demo")
def finished_demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("demo") / "files"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["--seconds", str(SECONDS), "--port-base", str(port), "--folder", str(folder)]
    command = [sys.executable, "-m", "examples.demo", *words]
    return folder, subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS + 60, check=False)


def recompute(database: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "examples" / "recompute_decisions.py"), str(database)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.timeout(SECONDS + 90)
def test_the_demo_ends_by_itself_with_signals_vetoes_and_outcomes(
    demo: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, done = demo
    assert done.returncode == 0, done.stdout + done.stderr
    summary = json.loads((folder / "summary.json").read_text())
    assert set(summary) == FIELDS
    assert summary["signals_published"] >= 10
    assert summary["decisions_vetoed"] >= 10
    assert summary["outcomes_resolved"] >= 1
    assert summary["verify_failures"] == 0
    assert summary["cycle_ms_p95"] > 0
    assert "below threshold" in done.stdout
    assert "hash verified" in done.stdout
    assert "REPLAYED" in done.stdout


@pytest.mark.timeout(SECONDS + 90)
def test_every_stored_decision_follows_from_the_packaged_bars(
    demo: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    done = recompute(demo[0] / "signals_unified.db")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 differences" in done.stdout


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE decision_log SET body = replace(body, '\"LONG\"', '\"SHORT\"')", "side: recomputed"),
        ("UPDATE signal_log SET entry_price = entry_price + 0.01 WHERE id = 1", "hash of"),
    ],
)
@pytest.mark.timeout(SECONDS + 90)
def test_a_record_that_was_changed_is_found(
    demo: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path, change: str, words: str
) -> None:
    forged = Path(shutil.copy(demo[0] / "signals_unified.db", tmp_path))
    with closing(sqlite3.connect(forged)) as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(change)
        connection.commit()
    done = recompute(forged)
    assert done.returncode == 1
    assert words in done.stdout
