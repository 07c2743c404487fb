"""The copy of a log's entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from alpine_core.model.witness import Advance, KeptCheckpoint, MirrorStep


class LogMirror(Protocol):
    """Promise: entries and hashes only grow, without gap, each append whole and on the disk when it returns.

    Raises StoreError.
    """

    async def append(self, step: MirrorStep, advance: Advance, at: datetime) -> None:
        """Keep the entries and the checkpoint in one transaction.

        Raises WitnessMoved if the witness does not stand where `advance` expects it, the mirror not at `step.start`, or
        publication has been halted.
        """
        ...

    async def entries(self, origin: str, start: int, limit: int) -> tuple[str, ...]:
        """At most `limit` entries from index `start` on."""
        ...

    async def hashes(self, origin: str, positions: Sequence[int]) -> Mapping[int, bytes]:
        """The kept hashes at these positions; a position that is not there is left out."""
        ...

    async def checkpoint(self, origin: str, size: int | None = None) -> KeptCheckpoint | None:
        """The kept checkpoint of this size, or the newest."""
        ...
