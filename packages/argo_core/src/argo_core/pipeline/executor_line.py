"""One executor, asked and told from outside its process."""

from __future__ import annotations

from typing import Protocol

import msgspec

from argo_core.model.halt import Halt, Resume
from argo_core.pipeline.executor_status import ExecutorStatus
from argo_core.pipeline.trade_test import Tried
from argo_core.ports.flatten_log import Flattening


class Halted(msgspec.Struct, frozen=True, kw_only=True):
    """The halt that stands, and how far the account is out of everything: `flat_at` is None while something is left,
    `flattening` for a halt that only stops."""

    halt: Halt
    flattening: Flattening | None

    @property
    def flat(self) -> bool | None:
        """True once nothing is left; None for a halt that only stops."""
        return None if self.flattening is None else self.flattening.flat_at is not None


class Resumed(msgspec.Struct, frozen=True, kw_only=True):
    """The halts that ended."""

    resumed: tuple[Resume, ...]


class ExecutorLine(Protocol):
    """Promise: `halt` returns once the halt is durable and a first pass has cancelled and closed what it could. Raises
    Unavailable where nobody answers, DataError with the executor's own code where it refuses.
    """

    async def status(self) -> ExecutorStatus: ...

    async def halt(self, reason: str, by: str) -> Halted: ...

    async def resume(self, reason: str, by: str) -> Resumed: ...

    async def trade_test(self, symbol: str) -> Tried: ...
