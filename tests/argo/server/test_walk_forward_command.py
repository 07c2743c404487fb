"""`argo walk-forward` on real bars, and the page of `argo optimize`."""

from __future__ import annotations

import importlib.metadata
import json
from pathlib import Path

import pytest

from tests.argo.server.in_process import InProcess
from tests.argo.server.processes import ArgoFolder

ON_GOOG = ("--objective", "sma-cross", "--symbols", "GOOG", "--adjustment", "raw", "--goal", "sharpe")
SPACE = ("--space", "fast=10:30:10 slow=60:180:40", "--method", "grid")
WALK = ("walk-forward", *ON_GOOG, *SPACE, "--train", "500", "--test", "500")
OWN = """import numpy

def score(bars, parameters):
    return {"gain": float(parameters["share"]) * float(bars["GOOG"].close[-1])}
"""
OWN_DAYS = """
def score_days(bars, parameters, begin):
    from argo_core.backtest.market_days import bar_days

    close = bars["GOOG"].close
    every = numpy.concatenate(([0.0], close[1:] / close[:-1] - 1))
    return parameters["share"] * every[bar_days(bars["GOOG"]) >= begin]
"""


@pytest.fixture(name="argo")
def folder_with_goog(tmp_path: Path, cache: Path) -> InProcess:
    argo = InProcess(ArgoFolder(tmp_path, cache).upgraded())
    file = importlib.metadata.distribution("backtesting").locate_file("backtesting/test/GOOG.csv")
    done = argo.run("data", "import", "files", str(file), "--symbols", "GOOG", "--adjustment", "raw")
    assert done.returncode == 0, done.stderr
    return argo


def test_rolling_and_anchored_windows_of_goog_are_told_with_intervals_and_the_number_of_trials(argo: InProcess) -> None:
    told = json.loads(argo.run(*WALK, "--json").stdout)
    spans = [(each["learned_from"], each["judged_from"], each["judged_to"]) for each in told["windows"]]
    assert spans[0] == ("2004-08-19", "2006-08-14", "2008-08-07")
    assert spans[-1] == ("2010-08-04", "2012-07-27", "2013-03-01")  # a last, shorter one is judged too
    assert (len(spans), told["trials"], len(told["days"])) == (4, 48, 1648)
    assert told["verdict"]["finding"] == "no evidence"
    figures = {each["key"]: each for each in told["curves"][0]["figures"]}
    assert figures["return_pct"]["low"] < 0 < figures["return_pct"]["high"]
    anchored = json.loads(argo.run(*WALK, "--anchored", "--json").stdout)
    assert {each["learned_from"] for each in anchored["windows"]} == {"2004-08-19"}
    # Every look at these bars is counted; the first window of both is the same search and not run again.
    assert (told["ever"]["bars"], anchored["ever"]["bars"]) == (48, 48 + 36)


def test_the_same_walk_runs_nothing_again_and_says_the_same(argo: InProcess) -> None:
    first = argo.run(*WALK).stdout
    assert argo.run(*WALK).stdout == first
    assert "No evidence (1,648 days" in first and "48 trials chose in 4 windows; 48 of anything" in first


def test_higher_fees_leave_less(argo: InProcess) -> None:
    cheap, dear = (json.loads(argo.run(*WALK, "--fee-pct", fee, "--json").stdout) for fee in ("0", "2"))
    assert cheap["equity"][0][-1] > dear["equity"][0][-1]


def test_the_page_holds_windows_and_verdict_and_asks_no_other_host(argo: InProcess) -> None:
    argo.run(*WALK, "--html", "walk.html")
    page = (argo.folder / "walk.html").read_text()
    assert '<p class="verdict none">No evidence (1,648 days' in page
    assert "2006-08-14 to 2008-08-07" in page and 'id="equity-plot"' in page
    assert "<script src" not in page and '<link rel="stylesheet"' not in page


def test_the_page_of_a_search_maps_its_parameters_and_shows_the_logits(argo: InProcess) -> None:
    done = argo.run("optimize", *ON_GOOG, *SPACE, "--workers", "1", "--html", "search.html")
    assert done.returncode == 0, done.stderr
    page = (argo.folder / "search.html").read_text()
    assert 'id="sensitivity-plot"' in page and 'id="logits-plot"' in page
    assert "12 tried in all" in page and "of 12,870 splits" in page


def test_an_objective_of_ones_own_needs_its_returns_by_day(argo: InProcess) -> None:
    (argo.folder / "told.py").write_text(OWN)
    words = ("--objective", "told:score", "--symbols", "GOOG", "--adjustment", "raw", "--goal", "gain")
    space = ("--space", "share=0.1:0.5:0.1 other=1:2", "--method", "grid")
    refused = argo.process("walk-forward", *words, *space)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "give its module score_days(bars, parameters, day)" in refused.stderr
    argo.process("optimize", *words, *space, "--workers", "1", "--html", "told.html")
    assert "Not judged: told:score tells figures alone" in (argo.folder / "told.html").read_text()
    (argo.folder / "told.py").write_text(OWN + OWN_DAYS)
    told = json.loads(argo.process("walk-forward", *words, *space, "--json").stdout)
    assert told["windows"][0]["parameters"] == {"share": 0.5, "other": 1}
    assert len(told["days"]) == 1648


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*WALK, "--train", "3000"), "2148 rows are too few"),
        ((*WALK, "--goal", "entries"), "a walk-forward chooses by one goal"),
        ((*WALK[:-4], "--symbols", ","), "name one symbol or more"),
        ((*WALK[:-4], "--symbols", "GOOG,GOOG"), "name one symbol or more, each once"),
        (("walk-forward", *ON_GOOG, "--space", "fast=100 slow=600", "--method", "grid"), "≤ 500 bars"),
        (("walk-forward", *ON_GOOG, "--space", "fast=1:3 slow=9 speed=3"), "sma-cross has no speed"),
        (("optimize", *ON_GOOG, "--space", "fast=5:9", "--html", "x.html"), "search a second one"),
        ((*WALK, "--html", "config.json/x.html"), "config.json/x.html"),
    ],
)
def test_misuse_of_a_walk_is_one_line(argo: InProcess, words: tuple[str, ...], said: str) -> None:
    done = argo.run(*words)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert said in done.stderr
