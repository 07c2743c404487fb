"""Who cosigns our checkpoints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec


class WitnessAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`lines` are cosignatures over what was submitted; without any, the witness stands at `size` entries instead."""

    size: int
    lines: tuple[str, ...] = ()


class Witness(Protocol):
    """Promise: c2sp.org/tlog-witness. Sets its own deadline; any number of calls.

    Raises Unavailable if it cannot be reached, Disputed if it refuses: it does not know our log or our key, or has
    seen another history.
    """

    @property
    def name(self) -> str:
        """What to call it in reports: its address."""
        ...

    async def submit(self, old: int, proof: Sequence[bytes], note: bytes, size: int) -> WitnessAnswer:
        """Offer the checkpoint `note` of `size` entries, with what leads there from the log of `old` entries."""
        ...

    async def newest(self, origin: str) -> bytes | None:
        """The newest checkpoint of `origin` that it cosigned, as a note; None if it has seen none."""
        ...
