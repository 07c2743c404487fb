"""`argo optimize`: trials on stored bars, counted for ever, gone on with, the same on any number of workers."""

from __future__ import annotations

import importlib.metadata
import json
from pathlib import Path
from typing import Any

import pytest

from tests.argo.server.in_process import InProcess
from tests.argo.server.processes import ArgoFolder

WORDS = ("optimize", "--objective", "sma-cross", "--symbols", "GOOG", "--adjustment", "raw", "--goal", "final_equity")
SPACE = ("--space", "fast=8:12:2 slow=20:40:5")
MINE = """from argo_core.errors import DataError

def score(bars, parameters):
    close = bars["GOOG"].close
    if parameters["lag"] == 3:
        raise DataError("bad", "three is out")
    return {"gain": float(close[-1] / close[-1 - parameters["lag"]]), "wait": float(parameters["lag"])}
"""


@pytest.fixture(name="argo")
def folder_with_goog(tmp_path: Path, cache: Path) -> InProcess:
    argo = InProcess(ArgoFolder(tmp_path, cache).upgraded())
    file = importlib.metadata.distribution("backtesting").locate_file("backtesting/test/GOOG.csv")
    done = argo.run("data", "import", "files", str(file), "--symbols", "GOOG", "--adjustment", "raw")
    assert done.returncode == 0, done.stderr
    return argo


def searched(argo: InProcess, *words: str) -> dict[str, Any]:
    """The search as JSON."""
    done = argo.run(*words, "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_grid_is_searched_counted_and_not_run_again(argo: InProcess) -> None:
    first = searched(argo, *WORDS, *SPACE, "--method", "grid", "--workers", "2")
    (agreed,) = [each for each in first["trials"] if each["parameters"] == {"fast": 10, "slow": 30}]
    assert round(agreed["figures"]["final_equity"], 4) == 107430.0841
    assert first["best"][0]["parameters"] == {"fast": 10, "slow": 20}
    assert (first["counts"], first["resumed"]) == ({"bars": 15, "study": 15, "search": 15}, 0)
    again = searched(argo, *WORDS, *SPACE, "--method", "grid", "--workers", "1")
    assert (again["trials"], again["counts"], again["resumed"]) == (first["trials"], first["counts"], 15)
    shown = argo.run(*WORDS, *SPACE, "--method", "grid").stdout
    assert "15 trials (15 complete), 15 of them from an earlier run" in shown


def test_the_number_of_workers_changes_no_digit(argo: InProcess, tmp_path: Path) -> None:
    words = (*WORDS, "--space", "fast=5:50 slow=20:200", "--method", "tpe", "--trials", "40", "--seed", "4")
    two = searched(argo, *words, "--workers", "2")
    (tmp_path / "signals_unified.db").unlink()
    argo.run("db", "upgrade")
    assert searched(argo, *words, "--workers", "1") == two


def test_an_objective_of_ones_own_and_several_goals(argo: InProcess) -> None:
    (argo.folder / "mine.py").write_text(MINE)
    done = argo.process(
        "optimize", "--objective", "mine:score", "--symbols", "GOOG", "--adjustment", "raw", "--goal", "gain",
        "--goal", "wait:min", "--space", "lag=1:9", "--method", "multi", "--trials", "20", "--workers", "2", "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    states = {each["parameters"]["lag"]: each["state"] for each in found["trials"]}
    assert states.get(3, "refused") == "refused"
    assert all(each["state"] == "complete" for each in found["best"])
    assert found["counts"]["bars"] == 20


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ((*WORDS, "--space", "fast"), 2, "'fast' is no parameter"),
        ((*WORDS, *SPACE, "--method", "multi"), 2, "multi has two goals or more"),
        ((*WORDS, "--space", "x=0.1:0.2", "--method", "grid"), 2, "a grid needs a step"),
        ((*WORDS[:-1], "beauty", *SPACE), 2, "tells no beauty: choose a goal from"),
        ((*WORDS[:-1], "sharpe:up", *SPACE), 2, "FIGURE:max or FIGURE:min"),
        (("optimize", "--objective", "sma-cross", "--symbols", "GOOG", "--goal", "sharpe", *SPACE), 2, "is not stored"),
        (("optimize", "--objective", "gone:f", "--symbols", "GOOG", "--goal", "x", *SPACE), 2, "cannot be imported"),
        (("optimize", "--objective", ":", "--symbols", "GOOG", "--goal", "x", *SPACE), 2, "cannot be imported"),
        (("optimize", "--objective", "..x:f", "--symbols", "GOOG", "--goal", "x", *SPACE), 2, "cannot be imported"),
        ((*WORDS, *SPACE, "--trials", "0"), 2, "--trials"),
        ((*WORDS, *SPACE, "--cluster", "localhost"), 1, "write tcp://host:8786"),
    ],
)  # fmt: skip
def test_misuse_is_one_line(argo: InProcess, words: tuple[str, ...], status: int, said: str) -> None:
    done = argo.run(*words)
    assert (done.returncode, "Traceback" in done.stderr) == (status, False), done.stderr
    assert said in done.stderr
    assert status == 2 or done.stderr.count("\n") == 1
