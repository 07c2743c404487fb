"""A provable log in memory: every promise of its ports but durability."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import msgspec

from argo_core.errors import DataError, StoreError
from argo_core.ledger.frontier import Frontier
from argo_core.ledger.merkle import leaf_hash
from argo_core.model.cycle import CycleRecord, OutboxMessage
from argo_core.model.instant import to_text
from argo_core.model.ledger import (
    Cosignature,
    DayRoot,
    DueTrade,
    LedgerBatch,
    LedgerState,
    LogFact,
    LogHead,
    StoredCheckpoint,
    Unresolved,
)
from argo_core.model.log_growth import LogGrowth
from argo_core.model.restored import Restored
from argo_core.model.trade import Trade
from argo_core.ports.ledger_store import NOTHING_RESTORED

_LARGEST_READ = 2_000
_ENCODER = msgspec.json.Encoder()


class MemoryLedger:
    """`ports.LedgerStore`, `LedgerReader` and `CosignatureStore` over lists. For tests, and for nothing else."""

    def __init__(self) -> None:
        self._queue: Callable[[Sequence[OutboxMessage], datetime], None] = lambda _messages, _at: None
        self._restore: Callable[[Restored], None] = lambda _restored: None
        self._reported: Callable[[], Sequence[Trade]] = list
        self._seals: dict[str, int] = {}
        self._named = set[str]()
        self._revealed = set[str]()
        self._entries: list[bytes] = []
        self._hashes: list[bytes] = []
        self._checkpoints: list[StoredCheckpoint] = []
        self._cosignatures: dict[int, dict[tuple[str, int], Cosignature]] = {}
        self._facts: list[LogFact] = []
        self._unresolved: dict[str, Unresolved] = {}
        self._sealed: list[Unresolved] = []
        self._unsealed: list[tuple[str, str]] = []
        self._decisions: dict[str, list[bytes]] = {}
        self._head = LogHead()

    def hear(self, queue: Callable[[Sequence[OutboxMessage], datetime], None]) -> None:
        """Where the messages of batches without a cycle go."""
        self._queue = queue

    def hear_restored(self, restore: Callable[[Restored], None]) -> None:
        """Where rows go that came back with entries. It raises StoreError for those that are there already."""
        self._restore = restore

    def hear_trades(self, reported: Callable[[], Sequence[Trade]]) -> None:
        """Where finished trades come from, oldest first."""
        self._reported = reported

    def take_cycle(self, cycle: CycleRecord) -> None:
        """What a cycle leaves, called by the log in whose transaction it is stored. Raises StoreError."""
        sealed = set[str]()
        if cycle.ledger is not None:
            fields = {one.signal.signal_id: one.signal.hashed_fields() for one in cycle.signals}
            self._store(cycle.ledger, fields)
            sealed = {seal.signal_id for seal in cycle.ledger.seals}
        self._unsealed += [
            (one.scheme, one.verification_hash) for one in cycle.signals if one.signal.signal_id not in sealed
        ]
        for ended in cycle.outcomes:
            self._unresolved.pop(ended.signal_id, None)
        bodies = self._decisions.setdefault(to_text(cycle.decided_at)[:10], [])
        bodies += [_ENCODER.encode(decision) for decision in cycle.decisions]

    async def load(self) -> LedgerState:
        """The end of the log, what is unresolved, and the facts."""
        return LedgerState(head=self._head, unresolved=dict(self._unresolved), facts=tuple(self._facts))

    async def append(
        self, batch: LedgerBatch, outbox: Sequence[OutboxMessage] = (), restored: Restored = NOTHING_RESTORED
    ) -> None:
        """Store a batch that belongs to no cycle, and the rows that came back with it. Raises StoreError."""
        self._require_next(batch)
        self._restore(restored)
        signals = [one.sealed.signal for one in restored.signals]
        self._store(batch, {signal.signal_id: signal.hashed_fields() for signal in signals})
        for one in restored.outcomes:
            self._unresolved.pop(one.outcome.signal_id, None)
        self._queue(outbox, batch.signed_at.replace(microsecond=0))

    def growth(self, since: int) -> LogGrowth:
        """What was appended behind the first `since` entries."""
        roots = {one.size: one.root for one in self._checkpoints}
        return LogGrowth(
            since=since,
            size=self._head.size,
            root=roots.get(self._head.size),
            known_root=roots.get(since),
            entries=tuple(self._entries[since:]),
            sealed=tuple(one for one in self._sealed if one.seal.leaf_index >= since),
            facts=tuple(fact for fact in self._facts if fact.leaf_index >= since),
        )

    async def days(self, before: str) -> tuple[DayRoot, ...]:
        """Every finished day without an entry over its decisions, oldest first."""
        rooted = max((fact.subject for fact in self._facts if fact.kind == "decisions"), default="")
        return tuple(
            DayRoot(
                date=day, count=len(bodies), root=Frontier().grow([leaf_hash(one) for one in bodies]).after.root.hex()
            )
            for day, bodies in sorted(self._decisions.items())
            if rooted < day < before
        )

    async def unsealed(self) -> Mapping[str, tuple[str, ...]]:
        """By scheme, the hashes that no `legacy` entry covers."""
        covered = Counter[str]()
        for fact in self._facts:
            if fact.kind == "legacy":
                covered[fact.subject] += fact.count
        found = {
            scheme: tuple(digest for one, digest in self._unsealed if one == scheme)[covered[scheme] :]
            for scheme in dict(self._unsealed)
        }
        return {scheme: digests for scheme, digests in found.items() if digests}

    async def trades_due(self, limit: int) -> tuple[DueTrade, ...]:
        """The oldest trades that no batch has named, of signals that are no secret."""
        secret = self._seals.keys() - self._revealed
        due = [one for one in self._reported() if one.trade_id not in self._named and one.signal_id not in secret]
        return tuple(DueTrade(trade=trade, of=self._seals.get(trade.signal_id)) for trade in due[:limit])

    async def checkpoint(self, at_most: int | None = None) -> StoredCheckpoint | None:
        """The newest, or the newest that is not larger."""
        found = [one for one in self._checkpoints if at_most is None or one.size <= at_most]
        return found[-1] if found else None

    async def checkpoint_after(self, size: int) -> StoredCheckpoint | None:
        """The oldest that is larger."""
        return next((one for one in self._checkpoints if one.size > size), None)

    async def entries(self, start: int, limit: int) -> tuple[bytes, ...]:
        """Entries from `start`, in order. Raises DataError `bad_limit`."""
        if start < 0 or not 1 <= limit <= _LARGEST_READ:
            raise DataError("bad_limit", f"{limit} entries from {start}: ask for 1 to {_LARGEST_READ} from 0 on")
        return tuple(self._entries[start : start + limit])

    async def hashes(self, positions: Sequence[int]) -> Mapping[int, bytes]:
        """Stored hashes by position."""
        return {place: self._hashes[place] for place in positions if 0 <= place < len(self._hashes)}

    async def add(self, size: int, cosignatures: Sequence[Cosignature]) -> None:
        """Keep the lines that are not kept yet. Raises StoreError for a checkpoint that is not stored."""
        if all(one.size != size for one in self._checkpoints):
            raise StoreError(f"there is no checkpoint of {size} entries: store it first")
        kept = self._cosignatures.setdefault(size, {})
        for one in cosignatures:
            kept.setdefault((one.name, one.time), one)

    async def of(self, size: int) -> tuple[Cosignature, ...]:
        """All lines over the checkpoint of `size`."""
        return tuple(one for _, one in sorted(self._cosignatures.get(size, {}).items()))

    async def newest(self) -> tuple[int, tuple[Cosignature, ...]]:
        """The largest size that anybody cosigned, and its lines."""
        size = max((size for size, lines in self._cosignatures.items() if lines), default=0)
        return size, await self.of(size)

    def _require_next(self, batch: LedgerBatch) -> None:
        if batch.start != self._head.size or batch.head.size <= batch.start:
            raise StoreError(f"the ledger has {self._head.size} entries and not {batch.start}: load it again")
        if set(batch.entries) & set(self._entries) or len(set(batch.entries)) < len(batch.entries):
            raise StoreError("an entry is stored already: load the ledger again")

    def _store(self, batch: LedgerBatch, fields: Mapping[str, Mapping[str, object]]) -> None:
        self._require_next(batch)
        self._entries += batch.entries
        self._hashes += batch.hashes
        self._checkpoints.append(
            StoredCheckpoint(size=batch.head.size, root=batch.root, note=batch.note, signed_at=batch.signed_at)
        )
        self._facts += batch.facts
        self._named |= {trade.trade_id for trade in batch.realised}
        self._seals |= {seal.signal_id: seal.leaf_index for seal in batch.seals}
        for seal in batch.seals:
            self._unresolved[seal.signal_id] = Unresolved(seal=seal, fields=fields[seal.signal_id])
            self._sealed.append(self._unresolved[seal.signal_id])
        self._revealed |= {reveal.signal_id for reveal in batch.reveals}
        for reveal in batch.reveals:
            self._unresolved[reveal.signal_id] = msgspec.structs.replace(
                self._unresolved[reveal.signal_id], revealed=True
            )
        self._head = batch.head
