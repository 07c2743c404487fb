"""The lab's runs in a dict, and processes that do what a test says."""

from __future__ import annotations

from argo_core.errors import DataError
from argo_core.model.lab_run import Asked, Ended, LabEvent, LabQuery, LabRequest, LabRun, RunState, after
from argo_core.model.query import Page
from argo_core.ports.lab_workers import Worker


class MemoryLabRuns:
    """`LabRuns` and `LabReader`. For tests, and for nothing else."""

    def __init__(self) -> None:
        self._runs: dict[str, LabRun] = {}
        self._results: dict[str, bytes] = {}

    async def ask(self, request: LabRequest) -> Asked:
        known = self._runs.get(request.run_id) or self._equal(request.content_key)
        if known is not None:
            return Asked(run=known, earlier=True)
        self._runs[request.run_id] = LabRun(request=request)
        return Asked(run=self._runs[request.run_id], earlier=False)

    async def note(self, event: LabEvent) -> LabRun:
        run = self._runs.get(event.run_id)
        if run is None:
            raise DataError("unknown_run", f"no run is called {event.run_id!r}: copy its id from a list")
        then = self._runs[event.run_id] = after(run, event)
        if then is not run and isinstance(event, Ended) and event.state is RunState.DONE:
            self._results[event.run_id] = event.result
        return then

    async def run(self, run_id: str) -> LabRun | None:
        return self._runs.get(run_id)

    async def runs(self, query: LabQuery) -> Page[LabRun]:
        if not 1 <= query.limit <= 500:
            raise DataError("bad_limit", f"a page of {query.limit} rows: ask for 1 to 500")
        numbered = [
            (number, run)
            for number, run in enumerate(self._runs.values(), start=1)
            if (query.before is None or number < query.before) and not (query.open_only and run.over)
        ][::-1]
        kept = numbered[: query.limit]
        following = kept[-1][0] if len(numbered) > len(kept) else None
        return Page(items=tuple(run for _, run in kept), next_before=following)

    async def result(self, run_id: str) -> bytes | None:
        return self._results.get(run_id)

    def _equal(self, content_key: str) -> LabRun | None:
        equal = [run for run in reversed(self._runs.values()) if run.request.content_key == content_key]
        under_way = (run for run in equal if not run.over and run.cancelling_at is None)
        done = (run for run in equal if run.state is RunState.DONE)
        return next((run for run in equal if run in (*under_way, *done)), None)


class MemoryWorkers:
    """`LabWorkers` that start nothing. For tests, and for nothing else."""

    def __init__(self) -> None:
        self.started: list[tuple[str, int]] = []
        self.stopped: list[str] = []
        self.workers: dict[str, Worker] = {}
        self.lost: set[str] = set()

    async def start(self, run_id: str, attempt: int) -> None:
        self.started.append((run_id, attempt))
        self.workers[run_id] = Worker(attempt=attempt, alive=True, words="")

    def of(self, run_id: str) -> Worker | None:
        return self.workers.get(run_id)

    def gone(self, owner: str) -> bool:
        return owner in self.lost

    async def stop(self, run_id: str) -> None:
        self.stopped.append(run_id)
        if run_id in self.workers:
            self.die(run_id)

    def die(self, run_id: str, words: str = "") -> None:
        """The process of this run ends without a word to anybody but the console."""
        self.workers[run_id] = Worker(attempt=self.workers[run_id].attempt, alive=False, words=words)
