"""The processes that the lab's runs are worked on by."""

from __future__ import annotations

from typing import Protocol

import msgspec


class Worker(msgspec.Struct, frozen=True, kw_only=True):
    """A process that this one has started. `words`: the last line that it said of what went wrong, empty for none."""

    attempt: int
    alive: bool
    words: str


class LabWorkers(Protocol):
    """Promise: one process for each call of `start`, which returns once it runs; what became of it is known from then
    on. Never raises for a process that is gone. `start` raises ConfigError where none can be started."""

    async def start(self, run_id: str, attempt: int) -> None: ...

    def of(self, run_id: str) -> Worker | None:
        """The last one started here for this run; None if there was none."""
        ...

    def gone(self, owner: str) -> bool:
        """True where it is certain that the process `host:pid` no longer is. False for one of another machine."""
        ...

    async def stop(self, run_id: str) -> None:
        """End the process that was started here for this run, at once; nothing if there is none."""
        ...
