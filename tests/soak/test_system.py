"""What a soak needs of the machine it says before it begins."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.soak.system import preloaded_clock


def test_a_machine_whose_clock_cannot_be_moved_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="install the package faketime"):
        preloaded_clock(tmp_path)


def test_the_library_of_any_kind_of_processor_is_found(tmp_path: Path) -> None:
    library = tmp_path / "aarch64-linux-gnu" / "faketime" / "libfaketime.so.1"
    library.parent.mkdir(parents=True)
    library.touch()
    assert preloaded_clock(tmp_path) == library
