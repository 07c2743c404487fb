"""Does a stored trade still say what the log committed to?"""

from __future__ import annotations

from argo_core.ledger.entry_ledger import EntryLedger
from argo_core.ledger.realised import commits_to, is_nameable
from argo_core.model.ledger import DueTrade
from argo_core.model.ledger_audit import Finding, RealisedRow


def realised_finding(row: RealisedRow, log: EntryLedger) -> Finding | None:
    """What of the row contradicts the log's entry, None if nothing does."""
    where = f"trade {row.trade_id}"
    entry = log.realised.get(row.leaf_index)
    if entry is None:
        words = f"the tables name entry {row.leaf_index} for it, which commits to no trade"
        return Finding(code="realised_mismatch", where=where, words=words)
    if row.trade is None:
        words = f"entry {row.leaf_index} commits to it and its report is not stored: its executor has it"
        return Finding(code="realised_missing", where=where, words=words)
    if row.of is None or not commits_to(entry, row.trade, row.of):
        words = f"its row is not what entry {row.leaf_index} commits to"
        return Finding(code="realised_mismatch", where=where, words=words)
    return None


def unlogged_finding(told: DueTrade) -> Finding | None:
    """What is wrong with a trade that is marked as being in no entry though its signal is in the log; None if no entry
    could have named it."""
    if not is_nameable(told.trade, told.of):
        return None
    words = "it is marked as being in no entry, and its signal is in the log: its entry was suppressed"
    return Finding(code="realised_missing", where=f"trade {told.trade.trade_id}", words=words)
