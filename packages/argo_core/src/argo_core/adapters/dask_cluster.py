"""Trials on the workers of a Dask cluster that is running already (extra: cluster)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import distributed
from distributed.scheduler import KilledWorker

from argo_core.adapters.local_processes import group_size
from argo_core.backtest.run_trial import run_trials
from argo_core.errors import StoreError
from argo_core.model.search import Trial, TrialTask
from argo_core.ports.trial_runner import Objective

PATIENCE_SECONDS = 30.0
_ADDRESS = re.compile(r"(tcp|tls|ucx)://[^/\s]+:\d+")
LIVES = 3


@asynccontextmanager
async def open_dask_cluster(address: str, patience_seconds: float = PATIENCE_SECONDS) -> AsyncIterator[DaskCluster]:
    """The cluster behind a scheduler's address (`tcp://host:8786`). Raises StoreError if it cannot be reached or has
    no worker within `patience_seconds`."""
    if _ADDRESS.fullmatch(address) is None:
        raise StoreError(f"{address!r} is no address of a Dask scheduler: write tcp://host:8786")
    client = distributed.Client(address, asynchronous=True, timeout=patience_seconds, set_as_default=False)
    try:
        try:
            await client
        except (OSError, TimeoutError) as error:
            raise StoreError(f"no Dask scheduler answers at {address}: start one with: dask scheduler") from error
        await _require_worker(client, address, patience_seconds)
        yield DaskCluster(client)
    finally:
        await client.close()


class DaskCluster:
    """`ports.TrialRunner`. The objective, with its bars, is sent to each worker once; what a lost worker was doing runs
    again on another."""

    def __init__(self, client: distributed.Client) -> None:
        self._client = client
        self._objective: Objective | None = None
        self._sent: distributed.Future | None = None

    async def run(self, objective: Objective, tasks: Sequence[TrialTask]) -> AsyncIterator[Sequence[Trial]]:
        """See `ports.TrialRunner`."""
        missing, lives = list(tasks), LIVES
        while missing:
            try:
                async for group in self._answered(objective, missing):
                    done, lives = {trial.number for trial in group}, LIVES
                    missing = [task for task in missing if task.number not in done]
                    yield group
            except (distributed.client.FutureCancelledError, KilledWorker, OSError) as error:
                # The objective was on lost workers only: it is sent anew.
                self._sent, lives = None, lives - 1
                if lives == 0:
                    raise StoreError(
                        f"the cluster's workers end while they run trial {missing[0].number}: look at their logs"
                    ) from error

    async def _answered(self, objective: Objective, tasks: Sequence[TrialTask]) -> AsyncIterator[Sequence[Trial]]:
        sent = await self._sent_to_workers(objective)
        workers = len(self._client.scheduler_info(n_workers=-1)["workers"])
        size = group_size(len(tasks), max(workers, 1))
        groups = [list(tasks[first : first + size]) for first in range(0, len(tasks), size)]
        # Not pure: a trial is run because it was asked for, not looked up because it looks like another one.
        futures = [self._client.submit(_run_group, sent, group, pure=False) for group in groups]
        try:
            async for future in distributed.as_completed(futures, loop=self._client.loop):
                yield await future.result()
        finally:
            for future in futures:
                future.release()

    async def _sent_to_workers(self, objective: Objective) -> distributed.Future:
        if self._sent is None or self._objective is not objective:
            await _require_worker(self._client, "this address", PATIENCE_SECONDS)
            self._sent = await self._client.scatter(objective, broadcast=True, hash=False)
            self._objective = objective
        return self._sent


async def _require_worker(client: distributed.Client, address: str, patience_seconds: float) -> None:
    try:
        await client.wait_for_workers(1, timeout=patience_seconds)
    except TimeoutError as error:
        raise StoreError(f"the Dask cluster at {address} has no worker: start some with: dask worker") from error


def _run_group(objective: Objective, tasks: list[TrialTask]) -> list[Trial]:
    return run_trials(objective, tasks)
