"""An import that is killed at a random moment leaves the old bars or the new ones, of all its series alike."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from argo_core.adapters.parquet import ParquetLibrary
from argo_core.model.bars_hash import bars_hash
from argo_core.testing.sample_history import sample_history
from tests.argo.adapters.parquet.import_until_killed import DAYS, SYMBOLS

PROGRAM = Path(__file__).with_name("import_until_killed.py")


def _acknowledged(folder: Path, dice: random.Random) -> int:
    """The last round that the importer told of before it was killed, 0 if none."""
    with subprocess.Popen([sys.executable, str(PROGRAM), str(folder)], stdout=subprocess.PIPE, text=True) as importer:
        assert importer.stdout is not None
        heard = [importer.stdout.readline().strip() for _ in range(1 + dice.randrange(3))]
        deadline = time.perf_counter() + dice.uniform(0, 0.05)
        while time.perf_counter() < deadline:
            pass
        importer.send_signal(signal.SIGKILL)
        heard += importer.stdout.read().split()
        assert importer.wait(10) == -signal.SIGKILL
    assert heard[0] == "ready"
    return int(heard[-1]) if len(heard) > 1 else 0


def _kill_again_and_again(folder: Path, kills: int, seed: int) -> None:
    dice, library = random.Random(seed), ParquetLibrary(folder)
    for _ in range(kills):
        told = _acknowledged(folder, dice)
        stored = {versions.key.symbol: versions for versions in library.series()}
        if not stored:
            assert told == 0
            continue
        rounds = {int(library.load(versions.newest).open[0]) for versions in stored.values()}
        assert (len(rounds), len(stored)) == (1, len(SYMBOLS))
        (number,) = rounds
        assert told <= number <= told + 1 or told == 0
        for symbol, versions in stored.items():
            assert len(versions.versions) == number
            assert bars_hash(library.load(versions.newest)) == bars_hash(
                sample_history(symbol, days=DAYS, close=float(number))
            )


def test_a_killed_import_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    _kill_again_and_again(tmp_path, kills=5, seed=20261122)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_fifty_killed_imports_leave_the_old_or_the_new(tmp_path: Path) -> None:
    _kill_again_and_again(tmp_path, kills=50, seed=11)
