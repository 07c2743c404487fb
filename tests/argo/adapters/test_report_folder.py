"""Reports in a folder: the promise of the port, and what a crash or a stranger's file does."""

from __future__ import annotations

from pathlib import Path

import msgspec
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
    assert (await shelf.kept()).reports == ()


async def test_what_follows_a_restart_is_what_was_written(shelf: ReportFolder, tmp_path: Path) -> None:
    await shelf.put(KEPT, CONTENTS)
    assert (await ReportFolder(tmp_path / "reports").kept()).reports == (KEPT,)


STRANGERS = {
    "2026/notes.json": (b"{}", "notes.json is not what we wrote: remove it"),
    "2026/week_20260309.json": (msgspec.json.encode(KEPT), "is of another report"),
    "2026/week_20260316.json": (
        msgspec.json.encode(msgspec.structs.replace(KEPT, name="2026/week_20260316")),
        "is of another report",
    ),
    "2026/premium_20260302.json": (b'{"name"', "is not what we wrote"),
}


@pytest.mark.parametrize("name", STRANGERS)
async def test_a_state_that_we_did_not_write_is_named_and_hides_no_other(
    shelf: ReportFolder, tmp_path: Path, name: str
) -> None:
    await shelf.put(KEPT, CONTENTS)
    content, words = STRANGERS[name]
    (tmp_path / "reports" / name).write_bytes(content)
    held = await shelf.kept()
    assert held.reports == (KEPT,)
    assert [words in finding and name in finding for finding in held.findings] == [True]
    assert held.unreadable == (() if name == "2026/notes.json" else (name.removesuffix(".json"),))


async def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("a file")
    with pytest.raises(StoreError, match="cannot be written"):
        await ReportFolder(tmp_path / "reports").put(KEPT, CONTENTS)
