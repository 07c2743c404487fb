"""What witnesses answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from argo_core.model.ledger import Cosignature


class CosignatureStore(Protocol):
    """Promise: append-only and idempotent: the same (size, name, time) again changes nothing. Raises StoreError."""

    async def add(self, size: int, cosignatures: Sequence[Cosignature]) -> None:
        """Keep lines over the stored checkpoint of `size`. Raises StoreError if there is no such checkpoint."""
        ...

    async def of(self, size: int) -> tuple[Cosignature, ...]:
        """All lines over that checkpoint, each witness's oldest first."""
        ...

    async def newest(self) -> tuple[int, tuple[Cosignature, ...]]:
        """The largest size that anybody cosigned, and its lines; (0, ()) if nobody did."""
        ...
