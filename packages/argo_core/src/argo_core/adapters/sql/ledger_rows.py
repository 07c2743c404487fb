"""A batch of the provable log as plain rows, in the order of the tables' columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from argo_core.adapters.sql.database import Database
from argo_core.adapters.sql.ledger_tables import (
    LOG_CHECKPOINT,
    LOG_FACT,
    LOG_HASH,
    LOG_LEAF,
    OUTCOME_ENTRY,
    REALISED_SEAL,
    REVEAL_LOG,
    SIGNAL_SEAL,
)
from argo_core.adapters.sql.records import Row
from argo_core.model.instant import to_text
from argo_core.model.ledger import LedgerBatch
from argo_core.model.outcome import Outcome

Statement = tuple[str, Sequence[Row]]


class LedgerRows:
    """The statements that store a batch. Rows that they refer to (signals, outcomes) must be there before."""

    def __init__(self, database: Database) -> None:
        self._leaf_sql = database.insert_sql(LOG_LEAF)
        self._hash_sql = database.insert_sql(LOG_HASH)
        self._checkpoint_sql = database.insert_sql(LOG_CHECKPOINT)
        self._seal_sql = database.insert_sql(SIGNAL_SEAL)
        self._reveal_sql = database.insert_sql(REVEAL_LOG)
        self._outcome_sql = database.insert_sql(OUTCOME_ENTRY)
        self._realised_sql = database.insert_sql(REALISED_SEAL)
        self._fact_sql = database.insert_sql(LOG_FACT)

    def of(self, batch: LedgerBatch) -> list[Statement]:
        """Entries before what refers to them; the note last, whose trigger sees that its entries are there."""
        return [
            (self._leaf_sql, list(_leaves(batch))),
            (self._hash_sql, list(enumerate(batch.hashes, batch.first_hash))),
            (self._seal_sql, list(_seals(batch))),
            (self._reveal_sql, [(reveal.signal_id, reveal.leaf_index) for reveal in batch.reveals]),
            (self._realised_sql, [(trade.trade_id, trade.leaf_index) for trade in batch.realised]),
            (self._fact_sql, list(_facts(batch))),
            (self._checkpoint_sql, [(batch.head.size, batch.root, batch.note, to_text(batch.signed_at))]),
        ]

    def of_outcomes(self, outcomes: Iterable[Outcome], batch: LedgerBatch | None) -> list[Statement]:
        """What stands beside each outcome."""
        own = () if batch is None else batch.outcomes
        leaves = {leaf.signal_id: leaf.leaf_index for leaf in own}
        rows = [(ended.signal_id, leaves.get(ended.signal_id), ended.net_pct) for ended in outcomes]
        return [(self._outcome_sql, rows)]


def _leaves(batch: LedgerBatch) -> Iterable[Row]:
    indices = range(batch.start, batch.head.size)
    return zip(indices, batch.entries, batch.leaf_hashes, strict=True)


def _seals(batch: LedgerBatch) -> Iterable[Row]:
    for seal in batch.seals:
        place = (seal.signal_id, seal.leaf_index, seal.stream, seal.seq)
        yield (*place, seal.commitment, seal.salt, to_text(seal.reveal_by))


def _facts(batch: LedgerBatch) -> Iterable[Row]:
    for fact in batch.facts:
        yield fact.leaf_index, fact.kind, fact.subject, fact.digest, fact.count
