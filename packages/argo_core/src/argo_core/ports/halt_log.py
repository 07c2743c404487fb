"""Where halts are kept."""

from __future__ import annotations

from typing import Protocol

from argo_core.model.halt import Halt, Resume


class HaltLog(Protocol):
    """Promise: append-only, durable when it returns; a halt that is stored outlives every restart.

    `halt` with a known id and `resume` of a halt that is over change nothing. `standing` is the newest halt without a
    resume, None where the executor may trade; `history` is newest first. One writer. Raises StoreError.
    """

    async def halt(self, halt: Halt) -> None: ...

    async def resume(self, resume: Resume) -> None: ...

    async def standing(self) -> Halt | None: ...

    async def history(self, limit: int) -> tuple[Halt | Resume, ...]: ...
