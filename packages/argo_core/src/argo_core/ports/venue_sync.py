"""How our books follow a venue that others can act on too."""

from __future__ import annotations

from typing import Protocol

import msgspec


class Refreshed(msgspec.Struct, frozen=True, kw_only=True):
    """`changes` entered the sequence of order changes; of them `adopted` were orders of others and adjustments."""

    changes: int
    adopted: int


class VenueSync(Protocol):
    """Promise: when `refresh` returns, the sequence of order changes holds all that the venue knows of this account,
    and adds up to the venue's positions; what nobody explained is in it as an adjustment. A refresh that cannot say so
    raises StoreError and has changed nothing that a later one does not repeat. Idempotent.
    """

    async def refresh(self) -> Refreshed: ...
