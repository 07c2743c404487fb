"""Outside proofs of time: the newest checkpoint is stamped now and then, and every receipt is kept."""

from __future__ import annotations

from argo_core.errors import DataError, InvariantError
from argo_core.model.anchor import Receipt
from argo_core.model.ledger import StoredCheckpoint
from argo_core.ports import LedgerReader
from argo_core.ports.anchor import Anchor, ReceiptStore


class Anchoring:
    """`anchor` None: nobody is asked, and what was stamped before stays readable."""

    def __init__(self, anchor: Anchor | None, reader: LedgerReader, receipts: ReceiptStore) -> None:
        self._anchor, self._reader, self._receipts = anchor, reader, receipts

    @property
    def configured(self) -> bool:
        """Whether there is an authority to ask."""
        return self._anchor is not None

    async def stamp(self) -> Receipt | None:
        """Have the newest checkpoint stamped and keep the receipt; None if it is stamped already, or nothing is signed.

        Raises DataError `no_anchor` without an authority and `bad_receipt`, Unavailable, StoreError.
        """
        if self._anchor is None:
            raise DataError("no_anchor", "no time-stamping authority is configured: set ledger.anchor.url")
        checkpoint, newest = await self._reader.checkpoint(), await self._receipts.newest()
        if checkpoint is None or (newest is not None and newest.size >= checkpoint.size):
            return None
        answer = await self._anchor.submit(checkpoint.note)
        stated = self._anchor.verify(checkpoint.note, answer)
        receipt = Receipt(
            size=checkpoint.size,
            authority=stated.authority,
            not_later_than=stated.not_later_than,
            receipt=answer,
        )
        await self._receipts.add(receipt)
        return receipt

    async def receipts(self, size: int | None = None) -> tuple[tuple[StoredCheckpoint, Receipt], ...]:
        """The receipts over the checkpoint of that size, by default over the newest that has one; often none."""
        if size is None:
            newest = await self._receipts.newest()
            size = 0 if newest is None else newest.size
        found = await self._receipts.of(size)
        if not found:
            return ()
        checkpoint = await self._reader.checkpoint(size)
        if checkpoint is None or checkpoint.size != size:
            raise InvariantError(f"a receipt is stored for size {size}, which has no checkpoint")
        return tuple((checkpoint, receipt) for receipt in found)
