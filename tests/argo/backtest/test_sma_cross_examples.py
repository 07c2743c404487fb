"""The two examples as commands: agreed figures, many symbols, sweeps, and one line on bad input."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import argo_core
from argo_core.backtest.plain_account import crossings_on_paper, walk
from argo_core.backtest.plain_terms import PlainTerms
from argo_core.measures.compiled import has_compiler
from tests.argo.backtest.price_walks import Floats, random_panel

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "examples"
ENGINES = ["numpy", *(["compiled"] if has_compiler() else [])]


def run(example: str, *words: object) -> subprocess.CompletedProcess[str]:
    command: list[str | Path] = [sys.executable, EXAMPLES / example, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def told(example: str, *words: object) -> dict[str, Any]:
    done = run(example, *words, "--json")
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def rows_of(opens: Floats, closes: Floats) -> Floats:
    highs, lows = np.maximum(opens, closes), np.minimum(opens, closes)
    return np.stack([opens, highs, lows, closes, np.zeros_like(opens)], axis=-1)


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Floats, Floats]:
    """A file of three symbols × 250 bars, with its opens and closes."""
    opens, closes = random_panel(11, symbols=3, bars=250)
    file = tmp_path_factory.mktemp("bars") / "panel.npy"
    np.save(file, rows_of(opens, closes))
    return file, opens, closes


def on_paper(opens: Floats, closes: Floats, fast: int, slow: int) -> tuple[float, int]:
    """Final equity and entries over the symbols, by the definition."""
    accounts = [
        walk(first.tolist(), last.tolist(), *crossings_on_paper(last.tolist(), fast, slow), PlainTerms())
        for first, last in zip(opens, closes, strict=True)
    ]
    return sum(account.equity[-1] for account in accounts), sum(account.entries for account in accounts)


def test_the_agreed_figures_of_goog() -> None:
    answer = told("sma_cross_goog.py")
    assert set(answer) == {"final_equity", "entries"}
    assert (round(answer["final_equity"], 4), answer["entries"]) == (107430.0841, 33)
    assert run("sma_cross_goog.py").stdout == "final equity 107,430.08 after 33 entries\n"


def test_goog_without_the_package_is_one_line_that_says_what_to_do(tmp_path: Path) -> None:
    for entry in Path(np.__file__).parents[1].iterdir():
        if not entry.name.startswith("backtesting"):
            (tmp_path / entry.name).symlink_to(entry)
    paths = {"PYTHONPATH": f"{tmp_path}:{Path(argo_core.__file__).parents[1]}"}
    command: list[str | Path] = [sys.executable, "-S", EXAMPLES / "sma_cross_goog.py", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=paths)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "GOOG.csv of the package backtesting is not installed here: run make venv\n"


@pytest.mark.parametrize("engine", ENGINES)
def test_one_symbol_and_many_follow_the_definition(
    engine: str, panel: tuple[Path, Floats, Floats], tmp_path: Path
) -> None:
    file, opens, closes = panel
    np.save(tmp_path / "one.npy", rows_of(opens, closes)[1])
    for path, symbols in ((file, slice(None)), (tmp_path / "one.npy", slice(1, 2))):
        answer = told("sma_cross.py", "--bars", path, "--fast", 4, "--slow", 9, "--engine", engine)
        equity, entries = on_paper(opens[symbols], closes[symbols], 4, 9)
        assert set(answer) == {"final_equity", "entries"}
        assert answer["final_equity"] == pytest.approx(equity, rel=1e-14)
        assert answer["entries"] == entries


@pytest.mark.parametrize("engine", ENGINES)
def test_a_sweep_includes_both_ends_and_only_pairs_in_order(engine: str, panel: tuple[Path, Floats, Floats]) -> None:
    file, opens, closes = panel
    words = ("--bars", file, "--sweep", "3:6", "5:7", "--engine", engine, "--threads", 2)
    answer = told("sma_cross.py", *words)
    pairs = [(3, 5), (3, 6), (3, 7), (4, 5), (4, 6), (4, 7), (5, 6), (5, 7), (6, 7)]
    expected = {pair: on_paper(opens, closes, *pair) for pair in pairs}
    best = max(pairs, key=lambda pair: expected[pair][0])
    assert set(answer) == {"equity_sum", "entries", "best", "best_equity"}
    assert answer["equity_sum"] == pytest.approx(sum(equity for equity, _ in expected.values()), rel=1e-13)
    assert answer["entries"] == sum(entries for _, entries in expected.values())
    assert answer["best"] == list(best)
    assert answer["best_equity"] == pytest.approx(expected[best][0], rel=1e-14)
    both = told("sma_cross.py", *words, "--fast", 4, "--slow", 6)
    assert both == answer | {"final_equity": pytest.approx(expected[4, 6][0], rel=1e-14)}


SPOILT = {
    "nan": (np.full((9, 5), np.nan), "bar 0: open is nan"),
    "zero": (np.zeros((9, 5)), "bar 0: open is 0.0"),
    "volume": (np.array([[1.0, 1, 1, 1, -1]]), "bar 0: volume is -1.0"),
    "shape": (np.ones((9, 4)), "has shape (9, 4)"),
    "empty": (np.ones((0, 5)), "has shape (0, 5)"),
    "words": (np.full((9, 5), "x"), "no single array of numbers"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_spoilt_bars_are_refused_in_one_line(name: str, tmp_path: Path) -> None:
    array, message = SPOILT[name]
    np.save(tmp_path / "bars.npy", array)
    done = run("sma_cross.py", "--bars", tmp_path / "bars.npy", "--fast", 2, "--slow", 3, "--json")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert message in done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "--bars"),
        (("--bars", "gone.npy", "--fast", 1, "--slow", 2), "gone.npy cannot be read"),
        (("--bars", __file__, "--fast", 1, "--slow", 2), "cannot be read"),
        (("--bars", "gone.npy"), "give --fast N --slow N"),
        (("--bars", "gone.npy", "--fast", 1), "belong together"),
        (("--bars", "gone.npy", "--fast", "x", "--slow", 2), "invalid int value"),
        (("--bars", "gone.npy", "--sweep", "5", "6:7"), "no range FROM:TO"),
        (("--bars", "gone.npy", "--sweep", "5:4", "6:7"), "no range FROM:TO"),
        (("--bars", "gone.npy", "--sweep", "0:4", "6:7"), "no range FROM:TO"),
        (("--bars", "{good}", "--sweep", "7:8", "6:7"), "no pair with a fast window below the slow one"),
        (("--bars", "{good}", "--fast", 5, "--slow", 5), "the fast window is 1 or more and the smaller"),
    ],
)
def test_bad_usage_is_refused_in_one_line(
    words: tuple[object, ...], message: str, panel: tuple[Path, Floats, Floats]
) -> None:
    done = run("sma_cross.py", *(str(word).format(good=panel[0]) for word in words))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert message in done.stderr


def test_the_help_says_what_ranges_and_sums_mean() -> None:
    text = run("sma_cross.py", "--help").stdout
    assert "both ends included" in text
    assert "the sum over their accounts of 100,000 each" in text
