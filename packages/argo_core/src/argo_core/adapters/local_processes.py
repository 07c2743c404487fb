"""Trials on the processors of this machine: processes that are started once for all batches of an objective."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType

from argo_core.backtest.run_trial import run_trials
from argo_core.errors import StoreError
from argo_core.model.search import Trial, TrialTask
from argo_core.ports.trial_runner import Objective

GROUPS_PER_WORKER, LARGEST_GROUP = 4, 32
LIVES = 3


class LocalProcesses:
    """`ports.TrialRunner`; a context manager, at whose end the processes are gone. `workers`: how many, by default as
    many as there are processors for us. Each is started afresh (spawn) and takes the objective, with its bars, once."""

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or len(os.sched_getaffinity(0))
        self._pool: ProcessPoolExecutor | None = None
        self._objective: Objective | None = None

    def __enter__(self) -> LocalProcesses:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._close()

    async def run(self, objective: Objective, tasks: Sequence[TrialTask]) -> AsyncIterator[Sequence[Trial]]:
        """See `ports.TrialRunner`. Raises StoreError if processes die again and again without a result."""
        missing, lives = list(tasks), LIVES
        while missing:
            try:
                async for group in self._answered(objective, missing):
                    done, lives = {trial.number for trial in group}, LIVES
                    missing = [task for task in missing if task.number not in done]
                    yield group
            except BrokenProcessPool as error:
                # A process was killed, for want of memory perhaps: the others' answers are kept, the rest runs again.
                self._close()
                lives -= 1
                if lives == 0:
                    raise StoreError(
                        f"the processes that run trials end at once (trial {missing[0].number}): try the objective in "
                        "a process of its own, or with fewer --workers"
                    ) from error

    async def _answered(self, objective: Objective, tasks: Sequence[TrialTask]) -> AsyncIterator[Sequence[Trial]]:
        pool = self._pool_for(objective)
        size = group_size(len(tasks), self.workers)
        groups = [list(tasks[first : first + size]) for first in range(0, len(tasks), size)]
        waiting = {asyncio.wrap_future(pool.submit(_run_group, group)) for group in groups}
        try:
            while waiting:
                answered, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                broken = next((each.exception() for each in answered if each.exception() is not None), None)
                whole = [trial for each in answered if each.exception() is None for trial in each.result()]
                if whole:
                    yield whole
                if broken is not None:
                    raise broken
        finally:
            # Only the pool itself may cancel: a call cancelled behind its back ends its thread once a process dies.
            if waiting:
                await asyncio.to_thread(self._close)
            # Their ends are of no interest any more, but somebody has to have looked.
            await asyncio.gather(*waiting, return_exceptions=True)

    def _pool_for(self, objective: Objective) -> ProcessPoolExecutor:
        if self._pool is None or self._objective is not objective:
            self._close()
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.workers, context, initializer=_begin, initargs=(objective,))
            self._objective = objective
        return self._pool

    def _close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        self._pool = self._objective = None


def group_size(tasks: int, workers: int) -> int:
    """How many tasks go to a worker at once: few enough that all are busy to the end."""
    return min(max(tasks // (workers * GROUPS_PER_WORKER), 1), LARGEST_GROUP)


_taken: list[Objective] = []


def _begin(objective: Objective) -> None:
    """In the new process. Ctrl-C is the parent's to handle; a parent that was killed takes its workers along."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _taken[:] = [objective]


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _run_group(tasks: list[TrialTask]) -> list[Trial]:
    return run_trials(_taken[0], tasks)
