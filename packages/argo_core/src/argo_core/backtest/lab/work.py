"""One run of the lab, worked on by the process that claims it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from argo_core.errors import ArgoError, StoreError
from argo_core.model.lab_run import Claimed, Ended, LabRequest, LabRun, Progressed, RunState
from argo_core.ports.clock import Clock
from argo_core.ports.lab_runs import LabRuns

LEAST = timedelta(seconds=0.5)
"""Progress is told at most twice a second."""
HEARTBEAT = timedelta(seconds=2)
"""And a sign of life at least so often, progress or not."""
FAULT = "a fault of the program, not of the request: {kind}; the server's log says more"


class Worked(msgspec.Struct, frozen=True, kw_only=True):
    """What a run found, as JSON: `summary` for lists, `result` whole."""

    summary: bytes
    result: bytes


Progress = Callable[[int, int], None]
Work = Callable[[LabRequest, Progress], Awaitable[Worked]]
"""The work itself, beside the event loop: it may compute for hours, tells how far it is, and ends by what its
`Progress` raises."""


class Unwanted(Exception):
    """Raised inside the work: nobody waits for it any more."""


@dataclass(slots=True)
class _Measured:
    """What the thread at work has told last. `unwanted` ends it at its next word."""

    done: int = 0
    total: int = 0
    unwanted: bool = False

    def hear(self, done: int, total: int) -> None:
        if self.unwanted:
            raise Unwanted
        self.done, self.total = done, total


@dataclass(frozen=True, slots=True)
class LabWork:
    """`report` hears of a fault of ours, with its traceback."""

    runs: LabRuns
    clock: Clock
    work: Work
    report: Callable[[Exception], None]

    async def take(self, run_id: str, attempt: int, owner: str) -> LabRun:
        """The run as it stands when this process is through with it. Whoever comes second to an attempt does nothing.

        Raises DataError `unknown_run`, StoreError where even the end could not be kept: then the run is found without
        its process, and worked on again.
        """
        run = await self.runs.note(Claimed(run_id=run_id, attempt=attempt, owner=owner, at=self.clock.now()))
        if not _mine(run, attempt, owner):
            return run
        measured = _Measured()
        working = asyncio.ensure_future(self.work(run.request, measured.hear))
        watching = asyncio.create_task(self._watch(run_id, attempt, owner, measured))
        try:
            await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
            # A watch that fails says nothing about whether the run is wanted.
            measured.unwanted = watching.done() and watching.exception() is None and not working.done()
            ended = await self._end_of(run_id, attempt, working)
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
        run = await self.runs.note(ended)
        if not _mine(run, attempt, owner):
            return run
        # It was cancelled between the last look and the result, which nobody wants any more.
        return await self.runs.note(Ended(run_id=run_id, attempt=attempt, state=RunState.CANCELLED, at=ended.at))

    async def _end_of(self, run_id: str, attempt: int, working: Awaitable[Worked]) -> Ended:
        state, error, found = RunState.DONE, None, Worked(summary=b"", result=b"")
        try:
            found = await working
        except Unwanted:
            state = RunState.CANCELLED
        except ArgoError as refusal:
            state, error = RunState.FAILED, str(refusal)
        except Exception as fault:  # noqa: BLE001 - ours: it ends this run, and is told
            # Kept like any other end: a run that nobody ends would be worked on again, to the same fault.
            state, error = RunState.FAILED, FAULT.format(kind=type(fault).__name__)
            self.report(fault)
        return Ended(
            run_id=run_id,
            attempt=attempt,
            state=state,
            at=self.clock.now(),
            error=error,
            summary=found.summary,
            result=found.result,
        )

    async def _watch(self, run_id: str, attempt: int, owner: str, measured: _Measured) -> None:
        """Tells how far the work is, until nobody wants it."""
        told, told_at = (0, 0), self.clock.now()
        while True:
            await asyncio.sleep(LEAST.total_seconds())
            now, at = (measured.done, measured.total), self.clock.now()
            if now == told and at - told_at < HEARTBEAT:
                continue
            run = await self._tell(Progressed(run_id=run_id, attempt=attempt, done=now[0], total=now[1], at=at))
            if run is not None and (not _mine(run, attempt, owner) or run.cancelling_at is not None):
                return
            told, told_at = now, at

    async def _tell(self, progress: Progressed) -> LabRun | None:
        try:
            return await self.runs.note(progress)
        except StoreError:
            return None  # the work goes on: the next word may get through


def _mine(run: LabRun, attempt: int, owner: str) -> bool:
    return not run.over and run.attempts == attempt and run.owner == owner
