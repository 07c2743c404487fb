"""Alerts in a file of their own: whole, one process each, and the next process takes what one left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from argo_core.adapters.spare_alert_files import SpareAlertFiles, spare_alert_files
from argo_core.errors import StoreError
from argo_core.model.untold_alert import LeftAlerts, UntoldAlert
from argo_core.testing.contracts.alert_spare import OVER, TRIED, AlertSpareContract
from argo_core.testing.contracts.alert_store import AT, sample_alert
from argo_core.testing.memory_spare import MemorySpare

FILE = "argo.db.untold-alerts.{}.json"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")


def untold(key: str, seconds: int, *, over: bool = False) -> UntoldAlert:
    alert = msgspec.structs.replace(sample_alert(key, resolved=over), raised_at=AT + timedelta(seconds=seconds))
    return UntoldAlert(alert=alert, channels=("slack",))


class TestFiles(AlertSpareContract):
    @pytest.fixture
    def next_process(self, tmp_path: Path) -> Iterator[Callable[[], SpareAlertFiles]]:
        with ExitStack() as running:

            def start() -> SpareAlertFiles:
                running.pop_all().close()
                return running.enter_context(spare_alert_files(tmp_path, "argo.db"))

            yield start


class TestMemory(AlertSpareContract):
    @pytest.fixture
    def next_process(self) -> Callable[[], MemorySpare]:
        place = MemorySpare()
        return lambda: place


async def test_a_file_is_its_owners_alone_and_nothing_lies_about_afterwards(tmp_path: Path) -> None:
    with spare_alert_files(tmp_path / "new", "argo.db") as files:
        await files.save([TRIED, OVER])
        assert (tmp_path / "new" / FILE.format(0)).stat().st_mode & 0o777 == 0o600
        await files.save([])
    assert names(tmp_path / "new") == []


async def test_processes_beside_each_other_have_their_own_and_the_next_takes_all(tmp_path: Path) -> None:
    with spare_alert_files(tmp_path, "argo.db") as one, spare_alert_files(tmp_path, "argo.db") as other:
        await one.save([TRIED])
        assert other.load() == LeftAlerts()
        await other.save([OVER])
        assert names(tmp_path) == [FILE.format(0), FILE.format(1)]
    with spare_alert_files(tmp_path, "argo.db") as after:
        assert after.load().untold == (TRIED, OVER)
        assert names(tmp_path) == [FILE.format(0)]


async def test_what_several_left_is_found_by_when_it_was_raised_and_each_ones_in_its_own_order(tmp_path: Path) -> None:
    with spare_alert_files(tmp_path, "argo.db") as one, spare_alert_files(tmp_path, "argo.db") as other:
        await one.save([untold("a", 5), untold("a", 4, over=True), untold("b", 9)])  # the clock was set back
        await other.save([untold("c", 1), untold("c", 7, over=True)])
    with spare_alert_files(tmp_path, "argo.db") as after:
        found = [(each.alert.dedup_key, each.alert.resolved) for each in after.load().untold]
    assert found == [("c", False), ("a", False), ("a", True), ("c", True), ("b", False)]


@pytest.mark.parametrize("damaged", [0, 1])
async def test_what_cannot_be_read_is_set_aside_and_costs_nothing_that_can(tmp_path: Path, damaged: int) -> None:
    (tmp_path / FILE.format(damaged)).write_text("{")
    (tmp_path / FILE.format(1 - damaged)).write_bytes(msgspec.json.encode([TRIED]))
    aside = FILE.format(damaged).replace(".json", ".unreadable")
    with spare_alert_files(tmp_path, "argo.db") as files:
        left = files.load()
        assert left.untold == (TRIED,)
        (fault,) = left.faults
        assert (aside in fault, "\n" in fault) == (True, False)
        await files.save([TRIED, OVER])
    with spare_alert_files(tmp_path, "argo.db") as after:
        assert after.load() == LeftAlerts(untold=(TRIED, OVER))
    assert (tmp_path / aside).read_text() == "{"
    (tmp_path / FILE.format(damaged)).write_text("[")
    with spare_alert_files(tmp_path, "argo.db") as again:
        again.load()
    assert ((tmp_path / aside).read_text(), (tmp_path / f"{aside}.2").read_text()) == ("{", "[")


async def test_what_a_process_left_that_ended_in_the_meantime_is_not_written_over(tmp_path: Path) -> None:
    with spare_alert_files(tmp_path, "argo.db") as runs:
        assert runs.load() == LeftAlerts()
        with spare_alert_files(tmp_path, "argo.db") as ended:
            await ended.save([TRIED])
        await runs.save([OVER])
    with spare_alert_files(tmp_path, "argo.db") as after:
        assert after.load().untold == (TRIED, OVER)


async def test_a_folder_that_cannot_be_written_is_named_at_the_start_and_at_each_try(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    files = SpareAlertFiles(tmp_path / "file" / "below", "argo.db")
    (fault,) = files.load().faults
    assert fault.endswith("alerts need a folder that may be written")
    with pytest.raises(StoreError, match="may be written"):
        await files.save([TRIED])
