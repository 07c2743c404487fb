"""There is one definition of each stage: what is planted in one layer's source changes live and backtest alike."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import argo_core

ROOT = Path(__file__).parents[3]
PLANTED = [
    ("risk/confidence_minimum.py", "measured >= self.min_confidence", "measured >= self.min_confidence + 15.0"),
    ("risk/position_size.py", "measured <= self.max_pct", "measured <= self.max_pct / 4.0"),
    ("risk/correlation_limit.py", "measured <= limit", "measured < limit - 4.0"),
]


@pytest.fixture(name="as_it_is", scope="module")
def said_as_it_is() -> dict[str, list[list[str]]]:
    return verdicts(ROOT / "packages/argo_core/src")


def test_as_it_is_both_say_the_same_and_not_only_yes(as_it_is: dict[str, list[list[str]]]) -> None:
    assert as_it_is["live"] == as_it_is["backtest"]
    assert len({tuple(one) for one in as_it_is["live"]}) > 1


@pytest.mark.parametrize(("file", "old", "new"), PLANTED, ids=[file for file, _, _ in PLANTED])
def test_a_change_in_one_layer_changes_both_alike(
    file: str, old: str, new: str, tmp_path: Path, as_it_is: dict[str, list[list[str]]]
) -> None:
    copy = tmp_path / "src"
    shutil.copytree(Path(argo_core.__file__).parent, copy / "argo_core", ignore=shutil.ignore_patterns("__pycache__"))
    layer = copy / "argo_core" / file
    assert old in layer.read_text()
    layer.write_text(layer.read_text().replace(old, new))
    planted = verdicts(copy)
    assert planted["live"] == planted["backtest"]
    assert planted["live"] != as_it_is["live"]


def verdicts(source: Path) -> dict[str, list[list[str]]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.argo.backtest.verdicts_of_both"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{source}{os.pathsep}{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said: dict[str, list[list[str]]] = json.loads(done.stdout)
    return said
