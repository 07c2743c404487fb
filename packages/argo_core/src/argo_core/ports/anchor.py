"""Outside proof of time for a checkpoint."""

from __future__ import annotations

from typing import Protocol

from argo_core.model.anchor import AnchoredTime, Receipt


class Anchor(Protocol):
    """Promise: a returned receipt verifies. `verify` needs neither network nor clock. Never in a signal's path."""

    async def submit(self, note: bytes) -> bytes:
        """A receipt over the note's bytes. Sets its own deadline. Raises Unavailable; DataError `bad_receipt` for an
        answer that does not verify."""
        ...

    def verify(self, note: bytes, receipt: bytes) -> AnchoredTime:
        """Who says that the note existed when. Raises DataError `bad_receipt`."""
        ...


class ReceiptStore(Protocol):
    """Promise: append-only; one receipt per size and authority, the first stands. Raises StoreError."""

    async def add(self, receipt: Receipt) -> None:
        """Keep it. Raises StoreError if there is no checkpoint of that size."""
        ...

    async def newest(self) -> Receipt | None:
        """The one over the largest checkpoint; None if there is none."""
        ...

    async def of(self, size: int) -> tuple[Receipt, ...]:
        """All receipts over the checkpoint of that size, by authority."""
        ...
