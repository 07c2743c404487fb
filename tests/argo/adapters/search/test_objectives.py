"""Objectives by name, and the hash of what they are made of: another line is another study."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from argo_core.adapters.objectives import engine_hash, load_objective, source_hash
from argo_core.backtest.sma_cross import sma_cross
from argo_core.errors import ConfigError

MINE = "import numpy\nfrom other import rate\n\ndef score(bars, parameters):\n    return rate * parameters['x']\n"
OTHER = "rate = 2.0\n"
PROGRAM = "from argo_core.adapters.objectives import *; print(source_hash(load_objective('mine:score')))"


def hash_in(folder: Path) -> str:
    """The hash of `mine:score` as a command in this folder sees it."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_a_changed_line_of_the_objective_or_of_what_it_imports_is_another_hash(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    (tmp_path / "other.py").write_text(OTHER)
    (tmp_path / "stranger.py").write_text("x = 1\n")
    first = hash_in(tmp_path)
    (tmp_path / "stranger.py").write_text("x = 2\n")
    assert hash_in(tmp_path) == first
    (tmp_path / "other.py").write_text("rate = 2.5\n")
    second = hash_in(tmp_path)
    (tmp_path / "mine.py").write_text(MINE.replace("*", "+"))
    assert len({first, second, hash_in(tmp_path)}) == 3


def test_built_in_objectives_are_found_by_name() -> None:
    assert load_objective("sma-cross") is sma_cross
    assert len(source_hash(sma_cross)) == len(engine_hash()) == 64


@pytest.mark.parametrize(
    "name", ["", "sma", "no.such.module:f", "json:no_such_function", "argo_core:__version__x", "json:__name__"]
)
def test_a_name_that_leads_nowhere_is_refused(name: str) -> None:
    with pytest.raises(ConfigError) as error:
        load_objective(name)
    assert "\n" not in str(error.value)


def test_a_function_without_a_file_is_refused() -> None:
    with pytest.raises(ConfigError):
        source_hash(len)  # type: ignore[arg-type]
