"""Trials on a cluster of real processes: as in one process, also where a worker is killed in the middle."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from argo_core.adapters.dask_cluster import open_dask_cluster
from argo_core.backtest.content_key import ComputedFrom
from argo_core.backtest.memory_trials import MemoryTrials
from argo_core.backtest.optimize import plan_search
from argo_core.errors import StoreError
from argo_core.model.search import SearchResult
from argo_core.ports.trial_runner import TrialRunner
from argo_core.testing.contracts.trial_runner import all_trials, sample_objective
from tests.argo.adapters.search.conftest import Cluster
from tests.argo.adapters.search.slow_objective import noted

CONTENT = ComputedFrom(bars={}, strategy="noted", source_hash="", engine="")
TRIALS, SECONDS = 240, 0.005


async def searched(folder: Path, runner: TrialRunner | None, seconds: float) -> SearchResult:
    """One search of the noted objective."""
    run = plan_search("x=0:100000", content=CONTENT, trials=TRIALS, seed=2, runner=runner, ledger=MemoryTrials())
    return await run.run(partial(noted, folder, seconds))


async def test_a_killed_worker_changes_nothing(cluster: Cluster, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    alone = tmp_path / "alone"
    alone.mkdir()
    async with open_dask_cluster(cluster.address) as runner:
        refused, *others = (await all_trials(runner, sample_objective, 10))[7:]
        assert (refused.reason, len(others)) == ("7 makes no sense", 2)
        killed = KillInTheMiddle(cluster, notes)
        run = plan_search(
            "x=0:100000", content=CONTENT, trials=TRIALS, seed=2, runner=runner, ledger=MemoryTrials(), progress=killed
        )
        found = await run.run(partial(noted, notes, SECONDS))
    assert [worker.poll() is None for worker in cluster.workers].count(True) == 1
    assert len(list(notes.iterdir())) == 2
    assert found == await searched(alone, None, 0.0)


class KillInTheMiddle:
    """A listener that kills the first worker once a quarter of the trials is done."""

    def __init__(self, cluster: Cluster, notes: Path) -> None:
        self._cluster, self._notes = cluster, notes

    def __call__(self, done: int, every: int) -> None:
        worker = self._cluster.workers[0]
        if done >= every // 4 and worker.poll() is None:
            worker.kill()
            worker.wait(10)


async def test_an_address_without_a_scheduler_is_said() -> None:
    with pytest.raises(StoreError, match="no Dask scheduler answers"):
        async with open_dask_cluster("tcp://127.0.0.1:9", patience_seconds=1.0):
            pass
