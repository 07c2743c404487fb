"""The commands about one executor as a newcomer uses them: while it runs, and while it does not."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from argo_core.testing.sample_bodies import marks_body_of, signal_body_of
from argo_core.testing.sample_cycles import MOMENT, sample_signal
from argo_server.cli.main import argo
from tests.argo.server.executors import REGULAR, ExecutorFolder
from tests.argo.server.processes import stop, wait_until
from tests.ports import free_port

COMMANDS = (
    ("positions",),
    ("orders",),
    ("risk",),
    ("account", "status"),
    ("trade", "test"),
    ("trading", "enable"),
    ("trading", "disable"),
    ("halt",),
    ("resume",),
    ("drill", "kill-switch"),
)
REASON = ("--reason", "checked by hand", "--by", "ada")


@contextmanager
def served(executor: ExecutorFolder) -> Iterator[subprocess.Popen[bytes]]:
    process = executor.serve()
    try:
        wait_until(lambda: executor.is_up() and executor.get("/health")["trading"] != "RECOVERING", process)
        yield process
    finally:
        stop(process)


def two_executors(folder: Path) -> ExecutorFolder:
    """One that can run, and the name of one that nobody starts."""
    executor = ExecutorFolder(folder, REGULAR)
    document = json.loads((folder / "config.json").read_text())
    addresses = {"argo": executor.port, "prop_firm": free_port()}
    document["distribution"] = {"executors": {name: f"http://127.0.0.1:{port}" for name, port in addresses.items()}}
    (folder / "config.json").write_text(json.dumps(document))
    return executor


def said(executor: ExecutorFolder, *words: str, status: int = 0) -> Any:
    """What a command prints as JSON; its exit status is `status` and it complains of nothing."""
    done = executor.run(*words, "--json")
    assert (words, done.returncode, done.stderr) == (words, status, "")
    return json.loads(done.stdout)


def refused(executor: ExecutorFolder, *words: str, status: int = 1) -> str:
    """The one line that a command leaves where it cannot do what was asked."""
    done = executor.run(*words)
    assert (words, done.returncode, "Traceback" in done.stderr) == (words, status, False)
    line = done.stderr + done.stdout
    assert len(line.splitlines()) == 1
    return line


@pytest.mark.parametrize("words", COMMANDS)
def test_help_shows_an_example_and_names_json(words: tuple[str, ...]) -> None:
    done = CliRunner().invoke(argo, [*words, "--help"])
    assert done.exit_code == 0
    assert f"argo {' '.join(words)}" in done.stdout.partition("Example")[2]
    assert "--json" in done.stdout


@pytest.mark.timeout(120)
def test_a_running_executor_is_shown_halted_resumed_and_tried(tmp_path: Path) -> None:
    executor = two_executors(tmp_path)
    with served(executor) as process:
        for symbol in ("TSLA", "AAPL"):
            bar = marks_body_of(symbol, [(MOMENT, 175.0, 175.0, 175.0, 175.0)])
            assert executor.post("/api/v1/trading/marks", bar) == 200
        assert executor.post("/api/v1/trading/execute", signal_body_of(sample_signal("SIG-1"))) == 202
        wait_until(lambda: len(executor.rows("SELECT id FROM fill_log")) == 1, process)

        risk = said(executor, "risk")
        assert (risk["state"], risk["halt"], risk["risk"]["level"]) == ("TRADING", None, "NORMAL")
        assert "nearest floor daily_loss at 95,000.00" in executor.run("risk").stdout
        account = said(executor, "account", "status")
        assert (account["executor"], account["mode"], account["state"]) == ("argo", "simulated", "TRADING")
        tried = said(executor, "trade", "test", "--symbol", "TSLA")
        assert (tried["works"], len(tried["orders"])) == (True, 2)
        assert "name another symbol" in refused(executor, "trade", "test", "--symbol", "AAPL")
        assert "no halt stands" in refused(executor, "resume", "argo", *REASON)

        everybody = said(executor, "halt", "all", "--by", "ada", status=1)
        assert [(one["executor_id"], one["halted"], one["flat"]) for one in everybody] == [
            ("argo", True, True), ("prop_firm", False, None),
        ]  # fmt: skip
        assert "is the executor running?" in everybody[1]["error"]
        assert (said(executor, "positions")["positions"], said(executor, "risk", status=1)["halt"]["by"]) == ([], "ada")
        assert said(executor, "account", "status", status=1)["what is wrong"] == "halted by an operator"
        assert said(executor, "trade", "test", "--symbol", "TSLA", status=1)["works"] is False

        assert [one["by"] for one in said(executor, "resume", "argo", *REASON)] == ["ada"]
        assert executor.run("trading", "disable", *REASON).stdout == "argo: halted, nothing is left\n"
        assert executor.run("trading", "enable", *REASON).stdout.startswith("argo trades again: ")
        assert said(executor, "risk")["state"] == "TRADING"
        executor.environment["ARGO_DISTRIBUTION_KEY"] = "another"
        assert "the key is refused" in refused(executor, "risk")
        assert "the key is refused" in refused(executor, "halt", "argo")
    executor.environment["ARGO_DISTRIBUTION_KEY"] = ""
    assert "set ARGO_DISTRIBUTION_KEY" in refused(executor, "risk")


@pytest.mark.timeout(120)
def test_an_executor_that_does_not_run_is_halted_for_its_next_start(tmp_path: Path) -> None:
    executor = ExecutorFolder(tmp_path, REGULAR)
    assert "has never run here" in refused(executor, "halt", "argo")
    for words in (("risk",), ("account", "status"), ("trade", "test"), ("resume", "argo", *REASON)):
        assert "is the executor running?" in refused(executor, *words)
    with served(executor):
        pass
    assert [one["halted"] for one in said(executor, "halt", "argo", *REASON)] == [True]
    with served(executor):
        halted = executor.get("/api/v1/trading/status")["halt"]
        assert (halted["code"], halted["by"], halted["reason"]) == ("operator", "ada", "checked by hand")


def test_a_name_that_no_configuration_has_is_refused(tmp_path: Path) -> None:
    executor = ExecutorFolder(tmp_path, REGULAR)
    for words in (("halt", "nobody"), ("resume", "nobody", *REASON)):
        assert "no executor nobody" in refused(executor, *words)
    assert [CliRunner().invoke(argo, words).exit_code for words in (["resume", "argo"], ["halt"], ["drill"])] == [2] * 3


def test_the_drill_measures_three_moments_under_faults_and_keeps_them(tmp_path: Path) -> None:
    executor = ExecutorFolder(tmp_path, REGULAR)
    first = said(executor, "drill", "kill-switch", "--faults", "0.3", "--seed", "7")
    assert (first["seed"], first["positions"] > 0, first["resting"] > 0, first["faults"] > 0) == (7, True, True, True)
    assert 0 <= first["last_cancelled_seconds"] <= first["flat_seconds"] < 60
    assert first["called_at"] < "9"
    done = executor.run("drill", "kill-switch", "--faults", "0")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "ok: flat")
    for shown in ("called at", "last cancelled seconds", "flat seconds"):
        assert shown in done.stdout
    kept = [json.loads(line) for line in (tmp_path / "var/drills/drills.jsonl").read_text().splitlines()]
    assert (len(kept), kept[0]) == (2, first)
    assert kept[1]["faults"] == 0
    assert not (tmp_path / "executor.db").exists()


def test_a_drill_that_cannot_be_recorded_does_not_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    executor = ExecutorFolder(tmp_path, REGULAR)
    assert "can be written" in refused(executor, "drill", "kill-switch", "--folder", "file")
    assert CliRunner().invoke(argo, ["drill", "kill-switch", "--faults", "2"]).exit_code == 2
