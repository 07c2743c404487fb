"""The lab's runs: asking for them, telling what happens to them, reading how they stand."""

from __future__ import annotations

from typing import Protocol

from argo_core.model.lab_run import Asked, LabEvent, LabQuery, LabRequest, LabRun
from argo_core.model.query import Page


class LabRuns(Protocol):
    """Promise: append-only and durable when a call returns; each call decides and writes in one step that no other
    process comes between. What `lab_run.after` does not admit is not kept. Raises StoreError."""

    async def ask(self, request: LabRequest) -> Asked:
        """Keep the request, unless its id is known, or a run with its content key is under way or done: then that run
        answers it. A failed or cancelled run answers nobody else."""
        ...

    async def note(self, event: LabEvent) -> LabRun:
        """How the run stands after it, kept or not: who was refused sees why. Raises DataError `unknown_run`."""
        ...


class LabReader(Protocol):
    """Promise: reads see every write that returned before, and one moment each. Raises StoreError."""

    async def run(self, run_id: str) -> LabRun | None: ...

    async def runs(self, query: LabQuery) -> Page[LabRun]:
        """One page, newest first. Raises DataError `bad_limit`."""
        ...

    async def result(self, run_id: str) -> bytes | None:
        """The stored result; None unless the run is done."""
        ...
