"""Reports in a folder: the promise of the port, and what a crash or a stranger's file does."""

from __future__ import annotations

from pathlib import Path

import pytest

from argo_core.adapters.report_folder import ReportFolder
from argo_core.errors import StoreError
from argo_core.testing.contracts.report_shelf import CONTENTS, KEPT, ReportShelfContract


@pytest.fixture
def shelf(tmp_path: Path) -> ReportFolder:
    return ReportFolder(tmp_path / "reports")


class TestReportFolder(ReportShelfContract):
    pass


async def test_a_report_without_its_state_is_not_there(shelf: ReportFolder, tmp_path: Path) -> None:
    await shelf.put(KEPT, CONTENTS)
    (tmp_path / "reports" / f"{KEPT.name}.json").unlink()
    assert await shelf.kept() == ()


async def test_what_follows_a_restart_is_what_was_written(shelf: ReportFolder, tmp_path: Path) -> None:
    await shelf.put(KEPT, CONTENTS)
    assert await ReportFolder(tmp_path / "reports").kept() == (KEPT,)


async def test_a_state_that_we_did_not_write_is_named(shelf: ReportFolder, tmp_path: Path) -> None:
    await shelf.put(KEPT, CONTENTS)
    (tmp_path / "reports" / "2026" / "notes.json").write_text("{}")
    with pytest.raises(StoreError, match=r"notes\.json is not what we wrote: remove it"):
        await shelf.kept()


async def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("a file")
    with pytest.raises(StoreError, match="cannot be written"):
        await ReportFolder(tmp_path / "reports").put(KEPT, CONTENTS)
