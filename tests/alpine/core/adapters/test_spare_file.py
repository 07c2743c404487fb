"""Alerts in a file, for when the database is away."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from alpine_core.adapters.spare_file import SpareFile
from alpine_core.errors import StoreError
from alpine_core.testing.contracts.operator_alerts import SparePlaceContract, kept


@pytest.fixture
def place(tmp_path: Path) -> SpareFile:
    return SpareFile(tmp_path / "untold_alerts.json")


@pytest.fixture
def beside(place: SpareFile, tmp_path: Path) -> SpareFile:
    return SpareFile(tmp_path / "untold_alerts.json")


class TestSpareFile(SparePlaceContract):
    pass


def test_another_process_reads_it_and_only_its_owner_may(place: SpareFile, tmp_path: Path) -> None:
    place.save((kept("slack"),))
    (path,) = tmp_path.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert SpareFile(path).load() == (kept("slack"),)


HOLDER = """
import signal, sys
from pathlib import Path
from alpine_core.adapters.spare_file import SpareFile
place = SpareFile(Path(sys.argv[1]))
print(place.hold(), flush=True)
signal.pause()
"""


def test_who_is_killed_holds_it_no_longer(place: SpareFile, tmp_path: Path) -> None:
    words = [sys.executable, "-c", HOLDER, str(tmp_path / "untold_alerts.json")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        assert not place.hold()
        other.kill()
        other.wait(20)
        assert place.hold()


def test_what_cannot_be_read_is_set_aside_and_said_once(place: SpareFile, tmp_path: Path) -> None:
    for number, text in enumerate(("{", "[1]"), 1):
        (tmp_path / "untold_alerts.json").write_text(text)
        with pytest.raises(StoreError, match=rf"it was set aside as .*/untold_alerts\.damaged-{number}$"):
            place.load()
        assert place.load() == ()
        assert (tmp_path / f"untold_alerts.damaged-{number}").read_text() == text
    place.save((kept("slack"),))
    assert place.load() == (kept("slack"),)
    assert (tmp_path / "untold_alerts.damaged-1").read_text() == "{"


def test_a_folder_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be written"):
        SpareFile(tmp_path / "none" / "file").save((kept("slack"),))
    with pytest.raises(StoreError, match="cannot be held"):
        SpareFile(tmp_path / "none" / "file").hold()
