"""Is a restored database what its backup says, and does everything that was ever published still hold in it?"""

from __future__ import annotations

from dataclasses import dataclass

from argo_core.ledger.recompute import recompute
from argo_core.model.backup import DatabaseFacts, LedgerMark
from argo_core.model.query import SignalQuery
from argo_core.model.restored_database import CheckedBackup
from argo_core.pipeline.audit_ledger import LedgerAudit, Progress
from argo_core.ports import LedgerReader, SignalReader

PAGE = 500
MOST_NAMED = 20
TRUE_OF_THE_SOURCE = frozenset({"seal_missing", "decisions_mismatch", "unsealed"})
"""What a log that once recovered says for ever: rows that nobody can give back. The copy has as many rows as the
database had, so they were missing there too: said, and no fault of the backup."""


def differing(said: DatabaseFacts, found: DatabaseFacts) -> tuple[str, ...]:
    """What the manifest says otherwise than the database, in words."""
    found_rows = [
        f"table {table} has {_rows(found.rows.get(table))}, the manifest says {_rows(said.rows.get(table))}"
        for table in sorted(said.rows.keys() | found.rows.keys())
        if said.rows.get(table) != found.rows.get(table)
    ]
    schema = [] if said.schema == found.schema else [f"schema {found.schema}, the manifest says {said.schema}"]
    log = [] if said.ledger == found.ledger else [f"log of {_size(found)} entries, the manifest says {_size(said)}"]
    return (*schema, *found_rows, *log)


@dataclass(frozen=True, slots=True)
class RestoredCheck:
    """Reads only, from a database that nobody writes."""

    signals: SignalReader
    reader: LedgerReader
    audit: LedgerAudit

    async def look(self, mark: LedgerMark | None, progress: Progress) -> CheckedBackup:
        """Every signal's hash, the whole log, and that it ends in the note of `mark`. Raises StoreError."""
        findings = [*await self._end(mark), *await self._hashes()]
        notes: list[str] = []
        for found in (await self.audit.run(progress)).findings:
            words = f"{found.code}: {found.where}: {found.words}"
            (notes if found.code in TRUE_OF_THE_SOURCE else findings).append(words)
        return CheckedBackup(findings=tuple(findings[:MOST_NAMED]), notes=tuple(notes[:MOST_NAMED]))

    async def _end(self, mark: LedgerMark | None) -> list[str]:
        newest = await self.reader.checkpoint()
        end = None if newest is None else (newest.size, newest.root.hex(), newest.note.decode())
        said = None if mark is None else (mark.size, mark.root, mark.checkpoint)
        return [] if end == said else ["the log does not end in the checkpoint that the manifest names"]

    async def _hashes(self) -> list[str]:
        findings: list[str] = []
        before: int | None = None
        while len(findings) < MOST_NAMED:
            page = await self.signals.signals(SignalQuery(limit=PAGE, before=before))
            for one in page.items:
                checked = recompute(one.sealed)
                if not checked.holds:
                    findings.append(f"{checked.code}: signal {one.sealed.signal.signal_id} is not what was hashed")
            before = page.next_before
            if before is None:
                break
        return findings


def _rows(count: int | None) -> str:
    return "no such table" if count is None else f"{count} rows"


def _size(facts: DatabaseFacts) -> int:
    return 0 if facts.ledger is None else facts.ledger.size
