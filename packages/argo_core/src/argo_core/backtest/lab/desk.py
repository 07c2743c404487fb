"""The lab's desk: takes requests, has each worked on by a process of its own, and never leaves one hanging."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from argo_core.errors import ArgoError, DataError
from argo_core.model.lab_run import Asked, CancelAsked, Ended, Kind, LabQuery, LabRequest, LabRun, RunState
from argo_core.model.query import Page
from argo_core.ports.clock import Clock
from argo_core.ports.lab_runs import LabReader, LabRuns
from argo_core.ports.lab_workers import LabWorkers

MOST_ATTEMPTS = 2
"""A run whose process was ended from outside is worked on once more; a second such end is no accident."""
SILENCE = timedelta(seconds=60)
"""A process that has not been heard of for so long counts as gone: it tells every few seconds that it is there."""
GRACE = timedelta(seconds=10)
"""How long a process may take to notice that its run is cancelled."""
MOST_OPEN, MOST_WAITING = 500, 400
"""How many runs are looked after, and from how many on that are not over nothing more is taken: none is overlooked."""

LOST = "its process was ended from outside {times}: look for a lack of memory, then start it again"
UNSTARTED = "its process ended before it began: {words}"


@dataclass(frozen=True, slots=True)
class LabDesk:
    """`most`: how many runs may be worked on at a time; with 0 nothing is worked on here, and requests wait."""

    runs: LabRuns
    reader: LabReader
    workers: LabWorkers
    clock: Clock
    new_id: Callable[[], str]
    most: int

    async def ask(self, kind: Kind, document: bytes, content_key: str) -> Asked:
        """The run that answers this request: a new one, or an earlier one with the same content. Raises DataError
        `too_many_runs`, StoreError."""
        waiting = await self.reader.runs(LabQuery(open_only=True, limit=MOST_WAITING))
        if len(waiting.items) == MOST_WAITING:
            raise DataError("too_many_runs", f"{MOST_WAITING} runs are not over yet: cancel some of them, or wait")
        request = LabRequest(
            run_id=self.new_id(),
            kind=kind,
            document=document,
            content_key=content_key,
            requested_at=self.clock.now(),
        )
        return await self.runs.ask(request)

    async def find(self, run_id: str) -> LabRun | None:
        """One run; None for an id that nobody asked for. Raises StoreError."""
        return await self.reader.run(run_id)

    async def page(self, query: LabQuery) -> Page[LabRun]:
        """Runs, newest first. Raises DataError `bad_limit`, StoreError."""
        return await self.reader.runs(query)

    async def result(self, run_id: str) -> bytes | None:
        """What a run found; None unless it is done. Raises StoreError."""
        return await self.reader.result(run_id)

    async def cancel(self, run_id: str) -> LabRun:
        """Nobody wants it any more: at once where nothing works on it yet, else as soon as its process hears of it. A
        run that is over stays as it is. Raises DataError `unknown_run`, StoreError."""
        run = await self.runs.note(CancelAsked(run_id=run_id, at=self.clock.now()))
        if run.attempts == 0 and not run.over:
            # A process that claims it in this moment has the say: it finds that it is not wanted.
            run = await self._end(run, RunState.CANCELLED)
        return run

    async def step(self) -> None:
        """Look after every run that is not over: to be called about every second, by one process. Raises StoreError."""
        waiting = (await self.reader.runs(LabQuery(open_only=True, limit=MOST_OPEN))).items
        now, wanted, busy = self.clock.now(), list[LabRun](), 0
        for run in reversed(waiting):  # the oldest first
            if self._at_work(run, now):
                busy += 1
                await self._hurry(run, now)
            elif not await self._ended(run):
                wanted.append(run)
        for run in wanted[: max(self.most - busy, 0)]:
            await self._start(run)

    def _at_work(self, run: LabRun, now: datetime) -> bool:
        worker = self.workers.of(run.run_id)
        if worker is not None and worker.attempt == run.attempts + 1:
            return worker.alive  # it has not claimed the run yet
        if run.owner is None or run.seen_at is None:
            return False
        if worker is not None and worker.attempt == run.attempts:
            return worker.alive
        return not self.workers.gone(run.owner) and now - run.seen_at < SILENCE

    async def _hurry(self, run: LabRun, now: datetime) -> None:
        if run.cancelling_at is not None and now - run.cancelling_at > GRACE:
            await self.workers.stop(run.run_id)

    async def _ended(self, run: LabRun) -> bool:
        """True for a run that nothing works on and nothing will: its end is kept."""
        worker = self.workers.of(run.run_id)
        if run.cancelling_at is not None:
            await self._end(run, RunState.CANCELLED)
        elif worker is not None and worker.attempt == run.attempts + 1:
            await self._end(run, RunState.FAILED, UNSTARTED.format(words=worker.words or "look into the server's log"))
        elif run.attempts >= MOST_ATTEMPTS:
            await self._end(run, RunState.FAILED, LOST.format(times="twice"))
        else:
            return False
        return True

    async def _start(self, run: LabRun) -> None:
        try:
            await self.workers.start(run.run_id, run.attempts + 1)
        except ArgoError as error:
            await self._end(run, RunState.FAILED, str(error))

    async def _end(self, run: LabRun, state: RunState, error: str | None = None) -> LabRun:
        # A process that tells its own end in this moment wins: a run ends once.
        ended = Ended(run_id=run.run_id, attempt=run.attempts, state=state, at=self.clock.now(), error=error)
        return await self.runs.note(ended)
