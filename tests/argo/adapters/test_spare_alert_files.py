"""Alerts in a file of their own: whole, one process each, and the next process takes what one left."""

from __future__ import annotations

from pathlib import Path

import pytest

from argo_core.adapters.spare_alert_files import SpareAlertFiles, spare_alert_files
from argo_core.errors import StoreError
from argo_core.model.untold_alert import UntoldAlert
from argo_core.testing.contracts.alert_store import sample_alert, sample_attempt

FIRST = UntoldAlert(alert=sample_alert("a"), channels=("slack", "email"), attempts=(sample_attempt("slack"),))
SECOND = UntoldAlert(alert=sample_alert("b", resolved=True), channels=("slack",))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")


async def test_the_next_process_finds_what_one_left_and_nothing_lies_about_afterwards(tmp_path: Path) -> None:
    with spare_alert_files(tmp_path / "new", "argo.db") as files:
        assert files.load() == ()
        await files.save([FIRST, SECOND])
        assert (tmp_path / "new" / "argo.db.untold-alerts.0.json").stat().st_mode & 0o777 == 0o600
    with spare_alert_files(tmp_path / "new", "argo.db") as after:
        assert after.load() == (FIRST, SECOND)
        await after.save([])
    assert names(tmp_path / "new") == []


async def test_processes_beside_each_other_have_their_own_and_the_next_takes_all(tmp_path: Path) -> None:
    with spare_alert_files(tmp_path, "argo.db") as one, spare_alert_files(tmp_path, "argo.db") as other:
        await one.save([FIRST])
        assert other.load() == ()
        await other.save([SECOND])
        assert names(tmp_path) == ["argo.db.untold-alerts.0.json", "argo.db.untold-alerts.1.json"]
    with spare_alert_files(tmp_path, "argo.db") as after:
        assert after.load() == (FIRST, SECOND)
        assert names(tmp_path) == ["argo.db.untold-alerts.0.json"]


async def test_what_cannot_be_read_is_set_aside_and_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "argo.db.untold-alerts.0.json").write_text("{")
    with spare_alert_files(tmp_path, "argo.db") as files:
        with pytest.raises(StoreError, match="does not hold alerts") as refusal:
            files.load()
        assert "\n" not in str(refusal.value)
        await files.save([FIRST])
    assert names(tmp_path) == ["argo.db.untold-alerts.0.json", "argo.db.untold-alerts.0.unreadable"]


async def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="may be written"):
        await SpareAlertFiles(tmp_path / "file" / "below", "argo.db").save([FIRST])
