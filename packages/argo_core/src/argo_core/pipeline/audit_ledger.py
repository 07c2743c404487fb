"""The whole log, checked from its entries up: hashes, roots, notes, and every row that an entry is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from argo_core.ledger.checkpoint import open_checkpoint
from argo_core.ledger.entry_ledger import EntryLedger
from argo_core.ledger.frontier import Frontier
from argo_core.ledger.ledger_error import LedgerError
from argo_core.ledger.merkle import leaf_hash
from argo_core.ledger.note_key import VerifierKey
from argo_core.ledger.realised_audit import realised_finding, unlogged_finding
from argo_core.ledger.row_audit import row_findings
from argo_core.ledger.stored_hashes import stored_count
from argo_core.model.ledger import LogFact, StoredCheckpoint
from argo_core.model.ledger_audit import AuditReport, Finding
from argo_core.pipeline.recover import fact_of
from argo_core.ports.audit_reader import AuditReader
from argo_core.ports.ledger_reader import LedgerReader
from argo_core.ports.ledger_store import LedgerStore

_PAGE = 1_000
Progress = Callable[[int, int], None]


def _silent(_done: int, _all: int) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class LedgerAudit:
    """`log_keys`: every key that the log ever signed with. Reads only; may run beside the writer."""

    store: LedgerStore
    reader: LedgerReader
    rows: AuditReader
    origin: str
    log_keys: tuple[VerifierKey, ...]

    async def run(self, progress: Progress = _silent) -> AuditReport:
        """Read every entry, also those behind the newest note. `progress` hears entries read, of how many.

        Raises StoreError.
        """
        newest = await self.reader.checkpoint()
        signed = 0 if newest is None else newest.size
        log, findings = EntryLedger(), list[Finding]()
        end = await self._entries(log, signed, findings, progress)
        if end < signed:
            findings.append(_finding("entry_missing", end, "the log ends before its newest checkpoint"))
        findings += await self._beyond(end)
        findings += log.findings
        findings += await self._rows(log)
        findings += await self._realised(log, end)
        findings += await self._facts(log, max(end, signed))
        return AuditReport(
            size=max(end, signed),
            signals=len(log.signals),
            revealed=len(log.reveals),
            resolved=len(log.outcomes),
            findings=tuple(findings),
        )

    async def _entries(self, log: EntryLedger, signed: int, findings: list[Finding], progress: Progress) -> int:
        """Up to where there are entries: their number."""
        frontier, noted, upcoming = Frontier(), 0, None
        while entries := await self.reader.entries(start := frontier.size, _PAGE):
            progress(start, max(signed, start + len(entries)))
            leaves = [leaf_hash(entry) for entry in entries]
            for index, entry in enumerate(entries, start):
                log.feed(index, entry)
            findings += await self._hashes(frontier, leaves)
            # Asked after the entries were read: what a writer appended meanwhile came with its note.
            upcoming = upcoming or await self.reader.checkpoint_after(noted)
            while upcoming is not None and upcoming.size <= start + len(leaves):
                noted = upcoming.size
                frontier = frontier.grow(leaves[frontier.size - start : noted - start]).after
                findings += self._note(upcoming, frontier.root)
                upcoming = await self.reader.checkpoint_after(noted)
            frontier = frontier.grow(leaves[frontier.size - start :]).after
        progress(frontier.size, max(signed, frontier.size))
        if noted < frontier.size and upcoming is None:
            where, words = f"entries {noted} to {frontier.size - 1}", "no signed note covers them: it was removed"
            findings.append(Finding(code="note_missing", where=where, words=words))
        return frontier.size

    async def _beyond(self, end: int) -> list[Finding]:
        """A stored hash behind those of the entries, unless a writer has just appended more of both."""
        position = stored_count(end)
        if not await self.reader.hashes([position]) or await self.reader.entries(end, 1):
            return []
        words = "it is of an entry that the log does not have: entries or their note were removed"
        return [Finding(code="note_missing", where=f"stored hash {position}", words=words)]

    async def _hashes(self, frontier: Frontier, leaves: list[bytes]) -> list[Finding]:
        computed = frontier.grow(leaves).stored
        first = stored_count(frontier.size)
        stored = await self.reader.hashes(range(first, first + len(computed)))
        changed = next((place for place, one in enumerate(computed, first) if stored.get(place) != one), None)
        if changed is None:
            return []
        words = (
            f"stored hash {changed} is not that of the entries from {frontier.size} on: an entry or hash was changed"
        )
        return [_finding("hash_mismatch", frontier.size, words)]

    def _note(self, stored: StoredCheckpoint, root: bytes) -> list[Finding]:
        where = f"checkpoint {stored.size}"
        try:
            opened = open_checkpoint(stored.note, self.origin, self.log_keys).checkpoint
        except LedgerError as error:
            return [Finding(code=error.code, where=where, words=str(error))]
        if (opened.size, opened.root) != (stored.size, root) or stored.root != root:
            words = "the entries do not lead to the root that was signed: one of them was changed"
            return [Finding(code="root_mismatch", where=where, words=words)]
        return []

    async def _rows(self, log: EntryLedger) -> list[Finding]:
        findings: list[Finding] = []
        missing, after = set(log.signals), -1
        while rows := await self.rows.sealed(after, _PAGE):
            after = rows[-1].seal.leaf_index
            for row in rows:
                missing.discard(row.seal.leaf_index)
                findings += row_findings(row, log)
        for index in sorted(missing):
            findings.append(_finding("seal_missing", index, "no stored signal belongs to this signal entry"))
        return findings

    async def _realised(self, log: EntryLedger, end: int) -> list[Finding]:
        findings: list[Finding] = []
        missing, after = set(log.realised), -1
        while rows := await self.rows.realised(after, _PAGE):
            after = rows[-1].leaf_index
            for row in rows:
                missing.discard(row.leaf_index)
                # What a writer appended since the entries were read is not judged by them.
                found = realised_finding(row, log) if row.leaf_index < end else None
                findings += [] if found is None else [found]
        unlogged = (unlogged_finding(told) for told in await self.rows.unlogged(_PAGE))
        findings += [found for found in unlogged if found is not None]
        words = "no stored trade belongs to this entry"
        return findings + [_finding("realised_missing", index, words) for index in sorted(missing)]

    async def _facts(self, log: EntryLedger, size: int) -> list[Finding]:
        state = await self.store.load()
        stored = {fact.leaf_index: fact for fact in state.facts if fact.leaf_index < size}
        logged = {index: fact for index, members in log.facts.items() if (fact := fact_of(index, members))}
        findings = [
            _finding("fact_mismatch", index, "the tables remember another entry here than the log has")
            for index in sorted(stored.keys() | logged.keys())
            if stored.get(index) != logged.get(index)
        ]
        for fact in logged.values():
            findings += await self._day(fact) if fact.kind == "decisions" else []
        for scheme, hashes in (await self.store.unsealed()).items():
            words = f"{len(hashes)} signals are in no entry of the log: start argo once, which logs them as legacy"
            findings.append(Finding(code="unsealed", where=f"scheme {scheme}", words=words))
        return findings

    async def _day(self, fact: LogFact) -> list[Finding]:
        found = await self.rows.day(fact.subject)
        if (found.root, found.count) == (fact.digest, fact.count):
            return []
        words = f"{found.count} stored decisions do not lead to the root of entry {fact.leaf_index} over {fact.count}"
        return [Finding(code="decisions_mismatch", where=f"decisions of {fact.subject}", words=words)]


def _finding(code: str, index: int, words: str) -> Finding:
    return Finding(code=code, where=f"entry {index}", words=words)
