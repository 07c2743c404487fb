"""How long it took from the call of a kill switch until nothing was left."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Protocol

import msgspec


class FlattenStep(enum.StrEnum):
    """`CALLED`: the halt is durable; `CANCELLED`: no order rests any more; `FLAT`: no position is left."""

    CALLED = "called"
    CANCELLED = "cancelled"
    FLAT = "flat"


class Flattening(msgspec.Struct, frozen=True, kw_only=True):
    """The steps of one halt, wall clock; None for a step that is still to come."""

    halt_id: str
    called_at: datetime
    last_cancelled_at: datetime | None = None
    flat_at: datetime | None = None

    @property
    def seconds(self) -> float | None:
        """From call to flat, None while something is left."""
        return None if self.flat_at is None else (self.flat_at - self.called_at).total_seconds()


class FlattenLog(Protocol):
    """Promise: append-only, durable when it returns; of each step of a halt the first record counts, a later one
    changes nothing. `flattening` is None for a halt that never called; `flattenings` are newest first. One writer.
    Raises StoreError.
    """

    async def step(self, halt_id: str, step: FlattenStep, at: datetime) -> None: ...

    async def flattening(self, halt_id: str) -> Flattening | None: ...

    async def flattenings(self, limit: int) -> tuple[Flattening, ...]: ...
