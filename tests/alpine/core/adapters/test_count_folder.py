"""Several workers' counts are one: they are summed, none falls, and a worker that is killed takes none along."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from alpine_core.adapters.count_folder import CountFolder
from alpine_core.errors import StoreError
from alpine_core.model.integrity_check import IntegrityCheck
from alpine_core.model.worker_counts import CountedSample, Way, WorkerCounts
from alpine_core.testing.samples import MOMENT

HERE = os.getpid()


def counts(pid: int, *samples: tuple[str, float, Way], checks: tuple[IntegrityCheck, ...] = ()) -> WorkerCounts:
    return WorkerCounts(
        pid, tuple(CountedSample(name, (("k", "v"),), value, way) for name, value, way in samples), checks
    )


def told(found: WorkerCounts) -> dict[str, float]:
    return {each.name: each.value for each in found.samples}


def an_ended_process() -> int:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def test_each_worker_tells_the_counts_of_all_by_their_meaning(tmp_path: Path) -> None:
    one, two = CountFolder(tmp_path, 1), CountFolder(tmp_path, 2)
    own = (("a", 3.0, Way.SUM), ("b", 5.0, Way.EARLIEST), ("c", 2.0, Way.LIVE_SUM), ("d", 7.0, Way.LIVE_MAX))
    assert told(one.share(counts(HERE, *own))) == {"a": 3.0, "b": 5.0, "c": 2.0, "d": 7.0}
    other = (("a", 4.0, Way.SUM), ("b", 4.0, Way.EARLIEST), ("c", 1.0, Way.LIVE_SUM), ("d", 6.0, Way.LIVE_MAX))
    everything = {"a": 7.0, "b": 4.0, "c": 3.0, "d": 7.0}
    assert told(two.share(counts(HERE, *other))) == everything
    assert told(one.share(counts(HERE, *own))) == everything


def test_what_a_killed_worker_counted_stays_and_what_it_did_does_not(tmp_path: Path) -> None:
    dead = CountFolder(tmp_path, 1)
    dead.share(counts(an_ended_process(), ("a", 3.0, Way.SUM), ("c", 2.0, Way.LIVE_SUM)))
    two = CountFolder(tmp_path, 2)
    assert told(two.share(counts(HERE, ("a", 4.0, Way.SUM), ("c", 1.0, Way.LIVE_SUM)))) == {"a": 7.0, "c": 1.0}
    again = CountFolder(tmp_path, 1)
    for value in (0.0, 1.0, 1.0):
        assert told(again.share(counts(HERE, ("a", value, Way.SUM))))["a"] == 7.0 + value
    assert told(two.share(counts(HERE, ("a", 4.0, Way.SUM))))["a"] == 8.0


def test_the_newest_check_is_told_with_the_runs_of_all(tmp_path: Path) -> None:
    known = IntegrityCheck(kind="sample", finished_at=MOMENT, checked=3, failed=1, rows=("A",), runs=2, found=1)
    newer = IntegrityCheck(kind="sample", finished_at=MOMENT + timedelta(hours=1), checked=4, failed=0, runs=5)
    CountFolder(tmp_path, 1).share(counts(HERE, checks=(known,)))
    (found,) = CountFolder(tmp_path, 2).share(counts(HERE, checks=(newer,))).checks
    assert (found.checked, found.failed, found.rows, found.runs, found.found) == (4, 0, (), 7, 1)


def test_what_cannot_be_written_is_told_with_what_the_others_left(tmp_path: Path) -> None:
    one, two = CountFolder(tmp_path, 1), CountFolder(tmp_path, 2)
    two.share(counts(HERE, ("a", 4.0, Way.SUM)))
    (tmp_path / "1.part").mkdir()  # as a full disk: nothing can be written there
    with pytest.raises(StoreError, match="cannot be shared in"):
        one.share(counts(HERE, ("a", 3.0, Way.SUM)))
    assert told(one.known(counts(HERE, ("a", 3.0, Way.SUM)))) == {"a": 7.0}
    (tmp_path / "2.json").write_text("{")
    assert told(one.known(counts(HERE, ("a", 3.0, Way.SUM)))) == {"a": 3.0}


def test_a_folder_that_is_gone_is_said_in_one_line(tmp_path: Path) -> None:
    one = CountFolder(tmp_path / "gone", 1)
    with pytest.raises(StoreError, match="cannot be shared in"):
        one.share(counts(HERE))
