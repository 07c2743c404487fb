"""The log as receivers ask for it: what leads from where one stands to where the log is."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from argo_core.ledger.base64_text import base64_of
from argo_core.ledger.stored_hashes import ProofPlan, consistency_plan
from argo_core.model.ledger import StoredCheckpoint
from argo_core.ports.ledger_reader import LedgerReader

MOST_ENTRIES = 2_000
"""Entries in one body, unless a single cycle left more."""


class SyncStep(msgspec.Struct, frozen=True, kw_only=True):
    """One body for a mirror. `size` is that of its checkpoint; `last` if it leads to the newest one."""

    body: bytes
    size: int
    last: bool


@dataclass(frozen=True, slots=True)
class LedgerFeed:
    """Reads the log and proves it. Holds no state. Raises StoreError."""

    reader: LedgerReader
    most_entries: int = MOST_ENTRIES

    async def size(self) -> int:
        """That of the newest checkpoint, 0 without one."""
        newest = await self.reader.checkpoint()
        return 0 if newest is None else newest.size

    async def proof(self, plan: ProofPlan) -> tuple[bytes, ...]:
        """The proof that `plan` describes."""
        return plan.proof(await self.reader.hashes(plan.positions))

    async def consistency(self, old: int, new: int) -> list[str]:
        """Base64, from the log of `old` entries to that of `new`."""
        return [base64_of(one) for one in await self.proof(consistency_plan(old, new))]

    async def glance(self) -> SyncStep | None:
        """The newest checkpoint alone, as if the receiver knew nothing: it answers where it stands."""
        newest = await self.reader.checkpoint()
        return None if newest is None else await self._step(newest, 0, None, last=True)

    async def step(self, witnessed: int, mirrored: int) -> SyncStep | None:
        """The next body for a receiver that has seen `witnessed` and holds `mirrored` entries; None without a log.

        It ends at a stored checkpoint, so that the receiver can check the very root that was signed. Where that is
        older than what the receiver has seen, the proof leads from it up to that, so that it need not be believed.
        """
        newest = await self.reader.checkpoint()
        if newest is None:
            return None
        chosen = newest
        if newest.size - mirrored > self.most_entries:
            cut = await self.reader.checkpoint(mirrored + self.most_entries)
            if cut is None or cut.size <= mirrored:
                cut = await self.reader.checkpoint_after(mirrored)
            chosen = newest if cut is None else cut
        start = mirrored if mirrored < chosen.size else None
        return await self._step(chosen, witnessed, start, last=chosen.size == newest.size)

    async def entries(self, start: int, end: int) -> list[str]:
        """The entries `start` up to `end`, however many."""
        texts: list[str] = []
        while start + len(texts) < end:
            limit = min(MOST_ENTRIES, end - start - len(texts))
            read = await self.reader.entries(start + len(texts), limit)
            if not read:
                break
            texts += [entry.decode() for entry in read]
        return texts

    async def _step(self, checkpoint: StoredCheckpoint, old: int, start: int | None, *, last: bool) -> SyncStep:
        document: dict[str, object] = {
            "checkpoint": checkpoint.note.decode(),
            "old_size": old,
            "consistency": await self.consistency(min(old, checkpoint.size), max(old, checkpoint.size)),
        }
        if start is not None:
            document |= {"start": start, "entries": await self.entries(start, checkpoint.size)}
        else:
            document |= {"entries": []}
        return SyncStep(body=msgspec.json.encode(document), size=checkpoint.size, last=last)
