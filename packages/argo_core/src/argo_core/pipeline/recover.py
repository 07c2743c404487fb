"""Taking back entries that we lost, from whoever still has them, and only what our own signature proves.

With the entries come back the rows that they are about, as far as the entries say them: reveals, outcomes, and the
signals that were revealed. What only the lost database held is gone: votes, reasons, decisions, and the salts of
signals that were not revealed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from argo_core.errors import Disputed, StoreError
from argo_core.ledger.checkpoint import Checkpoint
from argo_core.ledger.entries import read_entry
from argo_core.ledger.frontier import Frontier
from argo_core.ledger.merkle import leaf_hash
from argo_core.ledger.note import SignedNote, parse_note
from argo_core.ledger.note_key import VerifierKey
from argo_core.ledger.realised import named_trade
from argo_core.ledger.stored_hashes import stored_count
from argo_core.model.instant import from_text
from argo_core.model.ledger import LedgerBatch, LedgerState, LogFact, LogHead
from argo_core.pipeline.restore_guard import opened
from argo_core.pipeline.restored_rows import RestoredRows
from argo_core.ports.entry_source import EntrySource
from argo_core.ports.ledger_store import LedgerStore
from argo_core.tracking import CostPolicy, HorizonPolicy

_PAGE = 1_000


class Recovered(msgspec.Struct, frozen=True, kw_only=True):
    """The log's size before and after; `hidden` of the new entries are signals whose salt is lost with the database:
    they can never be revealed, and stay in every denominator."""

    before: int
    after: int
    hidden: int


@dataclass(frozen=True, slots=True)
class Recovery:
    """`log_keys`: every key that our log ever signed with. `costs` and `horizon`: the policies that live cycles use."""

    store: LedgerStore
    origin: str
    log_keys: tuple[VerifierKey, ...]
    costs: CostPolicy = field(default_factory=CostPolicy)
    horizon: HorizonPolicy = field(default_factory=HorizonPolicy)

    async def recover(self, source: EntrySource, now: datetime, note: bytes | None = None) -> Recovered:
        """Append what `source` has beyond our end, up to its newest note (or up to `note`, from elsewhere).

        One batch, held in memory whole: every append stands under a signed note, and a copy shows only its newest.
        Nothing is stored unless our entries and its entries together lead to the very root that we once signed. A
        signal entry that an earlier recovery took back unrevealed stays hidden, even if this one brings its reveal.
        Raises Disputed `split_view` if they do not, Unavailable, StoreError, DataError for an entry that is none.
        """
        state = await self.store.load()
        head = state.head
        newest = await source.newest(self.origin) if note is None else note
        if newest is None:
            raise StoreError("the copy has no signed checkpoint of our log: name another copy")
        signed = opened(newest, self.origin, self.log_keys, "the copy")
        if signed.size <= head.size:
            return Recovered(before=head.size, after=head.size, hidden=0)
        entries = await _all(source, head.size, signed.size)
        batch = self._batch(head, entries, signed, newest, now)
        found = self._rows(state, entries)
        await self.store.append(_with_rows(batch, found), restored=found.rows)
        return Recovered(before=head.size, after=signed.size, hidden=found.hidden)

    def _rows(self, state: LedgerState, entries: Sequence[bytes]) -> RestoredRows:
        found = RestoredRows(state, self.costs, self.horizon)
        for index, entry in enumerate(entries, state.head.size):
            found.feed(index, read_entry(entry))
        return found

    def _batch(
        self, head: LogHead, entries: Sequence[bytes], signed: Checkpoint, note: bytes, now: datetime
    ) -> LedgerBatch:
        leaves = tuple(map(leaf_hash, entries))
        growth = Frontier(head.size, head.edge).grow(leaves)
        if growth.after.root != signed.root:
            raise Disputed(
                "split_view", "our entries and the copy's do not lead to the root that we signed: nothing was stored"
            )
        parsed = parse_note(note)
        ours = {(key.name, key.key_id) for key in self.log_keys}
        own = tuple(line for line in parsed.signatures if (line.name, line.key_id) in ours)
        return LedgerBatch(
            start=head.size,
            entries=tuple(entries),
            leaf_hashes=leaves,
            first_hash=stored_count(head.size),
            hashes=growth.stored,
            root=signed.root,
            note=SignedNote(parsed.text, own).wire,
            signed_at=now,
            head=LogHead(size=signed.size, edge=growth.after.hashes, at=_at(entries[-1])),
            facts=facts_of(entries, head.size),
        )


def _with_rows(batch: LedgerBatch, found: RestoredRows) -> LedgerBatch:
    return msgspec.structs.replace(
        batch,
        head=msgspec.structs.replace(batch.head, next_seq=found.next_seq),
        seals=tuple(found.seals),
        reveals=tuple(found.reveals),
        outcomes=tuple(found.outcomes),
        realised=tuple(found.realised),
    )


def facts_of(entries: Sequence[bytes], start: int) -> tuple[LogFact, ...]:
    """The facts that stand in entries from index `start`. Raises DataError for one that is no entry."""
    return tuple(
        fact for index, entry in enumerate(entries, start) if (fact := fact_of(index, read_entry(entry))) is not None
    )


def fact_of(index: int, members: dict[str, object]) -> LogFact | None:
    """What is remembered of an entry about the log itself; None for any other entry.

    One that commits to a finished trade binds nobody to a text: it stands with its trade.
    """
    if named_trade(members) is not None:
        return None
    kind, count = str(members["kind"]), members.get("count", 0)
    named = {
        "decisions": ("date", "root"),
        "legacy": ("scheme", "root"),
        "policy": ("name", "sha256"),
        "key": ("vkey", "action"),
    }
    if kind == "tally":
        return LogFact(leaf_index=index, kind=kind, subject=str(members["at"])[:10])
    if kind not in named:
        return None
    subject, digest = (str(members.get(name, "")) for name in named[kind])
    return LogFact(
        leaf_index=index, kind=kind, subject=subject, digest=digest, count=count if isinstance(count, int) else 0
    )


def _at(entry: bytes) -> datetime:
    return from_text(str(read_entry(entry)["at"]))


async def _all(source: EntrySource, start: int, end: int) -> list[bytes]:
    entries: list[bytes] = []
    while start + len(entries) < end:
        page = await source.entries(start + len(entries), min(_PAGE, end - start - len(entries)))
        if not page:
            raise StoreError(f"the copy ends at entry {start + len(entries)} of {end}: name another copy as well")
        entries += page
    return entries
