"""`argo check-lookahead` as somebody uses and misuses it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from argo_server.cli.main import argo

LEAKING = """
import numpy as np

def tomorrow(bars):
    move = np.append(np.sign(np.diff(bars.close)), 0.0)
    return move, np.full(len(bars), 60.0)

def today(bars):
    return np.sign(bars.close - bars.open), np.full(len(bars), 60.0)

number = 5
"""


def run(folder: Path, *words: str) -> Result:
    """The command in a folder that holds a module of votes."""
    (folder / "votes_to_check.py").write_text(LEAKING)
    with pytest.MonkeyPatch.context() as world:
        world.chdir(folder)
        return CliRunner().invoke(argo, ["check-lookahead", *words])


def test_every_shipped_source_passes_on_recorded_history(tmp_path: Path) -> None:
    done = run(tmp_path, "--bars", "200", "--places", "10", "--json")
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert found["success"] is True
    assert [(each["function"], each["symbol"], each["leak"]) for each in found["checked"]] == [
        ("price_action", "AAPL", None),
        ("price_action", "BTC-USD", None),
        ("technical", "AAPL", None),
        ("technical", "BTC-USD", None),
    ]


def test_a_leak_ends_with_status_1_and_is_named(tmp_path: Path) -> None:
    words = ("votes_to_check:tomorrow", "votes_to_check:today", "--symbol", "AAPL", "--bars", "300")
    done = run(tmp_path, *words)
    assert done.exit_code == 1
    assert "LEAK  votes_to_check:tomorrow  AAPL: 300 bars, 121 comparisons" in done.stdout
    assert "ok    votes_to_check:today  AAPL" in done.stdout
    assert "votes_to_check:tomorrow: direction at bar" in done.stdout
    assert "looks at least 1 bars ahead" in done.stdout


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("votes_to_check:nothing",), "has no 'nothing'"),
        (("nowhere_at_all:x",), "cannot be imported"),
        (("nobody",), "no installed package offers"),
        (("votes_to_check:number",), "no function of bars"),
        (("--symbol", "NVDA"), "not among the recorded symbols"),
    ],
)
def test_misuse_is_one_line_and_no_traceback(tmp_path: Path, words: tuple[str, ...], line: str) -> None:
    done = run(tmp_path, *words)
    assert done.exit_code == 2
    assert line in done.stderr
    assert len(done.stderr.splitlines()) == 1
