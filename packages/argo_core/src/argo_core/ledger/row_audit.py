"""Does a stored signal still say what the log says of it?"""

from __future__ import annotations

from collections.abc import Iterator

from argo_core.errors import DataError
from argo_core.ledger.canonical import SCHEME, signal_hash
from argo_core.ledger.commitment import commitment
from argo_core.ledger.entry_ledger import EntryLedger
from argo_core.model.instant import to_text
from argo_core.model.ledger_audit import Finding, SealedRow

Fault = tuple[str, str]


def row_findings(row: SealedRow, log: EntryLedger) -> Iterator[Finding]:
    """What of the row, its seal, its reveal and its outcome contradicts the log's entries."""
    where = f"signal {row.seal.signal_id}"
    for faults in (_hash_faults(row), _seal_faults(row, log), _reveal_faults(row, log), _outcome_faults(row, log)):
        for code, words in faults:
            yield Finding(code=code, where=where, words=words)


def _hash_faults(row: SealedRow) -> Iterator[Fault]:
    try:
        holds = row.scheme == SCHEME and signal_hash(row.fields) == row.verification_hash
    except DataError as error:
        yield "signal_changed", f"its row cannot be hashed: {error}"
        return
    if not holds:
        yield "signal_changed", "its row does not have the hash that is stored with it"


def _seal_faults(row: SealedRow, log: EntryLedger) -> Iterator[Fault]:
    seal = row.seal
    entry = log.signals.get(seal.leaf_index)
    if entry is None:
        yield "seal_missing", f"its seal names entry {seal.leaf_index}, which is no signal entry"
        return
    said = (entry.get("stream"), entry.get("seq"), entry.get("commit"), entry.get("reveal_by"))
    if said != (seal.stream, seal.seq, seal.commitment, to_text(seal.reveal_by)):
        yield "seal_changed", f"its seal differs from entry {seal.leaf_index}"
    try:
        committed = commitment(seal.salt, signal_hash(row.fields))
    except (DataError, ValueError):
        return  # reported with the hash
    if committed != entry.get("commit"):
        yield "commit_mismatch", f"row and salt do not open the commitment of entry {seal.leaf_index}"


def _reveal_faults(row: SealedRow, log: EntryLedger) -> Iterator[Fault]:
    index, members = log.reveals.get(row.seal.leaf_index, (None, {}))
    if index != row.reveal:
        yield "reveal_mismatch", f"the tables name entry {row.reveal} as its reveal, the log entry {index}"
    if index is not None and (members.get("salt"), members.get("signal")) != (row.seal.salt.hex(), dict(row.fields)):
        yield "reveal_mismatch", f"its row or salt differs from what entry {index} revealed"


def _outcome_faults(row: SealedRow, log: EntryLedger) -> Iterator[Fault]:
    index, members = log.outcomes.get(row.seal.leaf_index, (None, {}))
    if index != row.outcome:
        yield "outcome_mismatch", f"the tables name entry {row.outcome} as its outcome, the log entry {index}"
    elif index is None and row.result is not None:
        yield "outcome_unlogged", "it has an outcome that was never logged"
    if index is not None and (members.get("result"), members.get("exit_price")) != (row.result, row.exit_price):
        yield "outcome_mismatch", f"its outcome differs from entry {index}"
