"""What the witness has seen of each log."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from alpine_core.model.witness import Advance, WitnessState


class WitnessStore(Protocol):
    """Promise: what `advance` took is on the disk when it returns, whole, and `state` sees it. Nothing kept is changed.

    Raises StoreError.
    """

    async def state(self, origin: str) -> WitnessState | None:
        """None: nothing of the origin was ever accepted."""
        ...

    async def origins(self) -> tuple[str, ...]:
        """Every origin that was ever accepted, in that order."""
        ...

    async def advance(self, advance: Advance, at: datetime) -> None:
        """Compare and set: keep the checkpoint if the witness still stands at `advance.expected`.

        Raises WitnessMoved otherwise; of two calls upon one state, one succeeds.
        """
        ...

    async def root_at(self, origin: str, size: int) -> bytes | None:
        """The root that is kept or mirrored for this size, None if neither."""
        ...
