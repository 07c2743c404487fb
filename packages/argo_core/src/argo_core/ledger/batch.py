"""Entries → what becomes durable with them: hashes, root and the signed note; and proofs without reading the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from argo_core.ledger.checkpoint import Checkpoint
from argo_core.ledger.frontier import Frontier, Growth
from argo_core.ledger.merkle import leaf_hash
from argo_core.ledger.note_key import SigningKey
from argo_core.ledger.stored_hashes import stored_count
from argo_core.ledger.tlog_proof import tlog_proof_text
from argo_core.model.ledger import LedgerBatch, LogHead


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A batch that is not stored yet, with what its proofs are made of."""

    batch: LedgerBatch
    growth: Growth

    def entry_text(self, index: int) -> str:
        """The new entry `index`."""
        return self.batch.entries[index - self.batch.start].decode()

    def tlog_proof(self, index: int) -> str:
        """The proof that the new entry `index` is under the batch's note."""
        return tlog_proof_text(index, self.growth.inclusion(index), self.batch.note.decode())


def draft(
    head: LogHead,
    entries: Sequence[bytes],
    origin: str,
    keys: Sequence[SigningKey],
    at: datetime,
    next_seq: Mapping[str, int] | None = None,
) -> Draft:
    """The log with `entries` behind `head`, signed by every key. `next_seq`: by stream, where these entries change it.

    The same arguments give the same bytes: Ed25519 needs no randomness. Raises LedgerError `bad_key`.
    """
    before = Frontier(head.size, head.edge)
    leaves = tuple(map(leaf_hash, entries))
    growth = before.grow(leaves)
    root = growth.after.root
    batch = LedgerBatch(
        start=head.size,
        entries=tuple(entries),
        leaf_hashes=leaves,
        first_hash=stored_count(head.size),
        hashes=growth.stored,
        root=root,
        note=Checkpoint(origin, growth.after.size, root).signed(keys),
        signed_at=at,
        head=msgspec.structs.replace(
            head,
            size=growth.after.size,
            edge=growth.after.hashes,
            at=at,
            next_seq={**head.next_seq, **(next_seq or {})},
        ),
    )
    return Draft(batch, growth)
