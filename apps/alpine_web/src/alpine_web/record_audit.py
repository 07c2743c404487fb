"""The audit of the whole record, signal by signal."""

from __future__ import annotations

from dataclasses import dataclass

from alpine_core.model import RecordKind
from alpine_core.ports import SignalShelf
from alpine_core.verify.audit import Finding, audit

BATCH = 500


@dataclass(frozen=True, slots=True)
class AuditReport:
    """`checked` signals, and everything about them that no longer holds."""

    checked: int
    findings: tuple[Finding, ...]


async def audit_record(shelf: SignalShelf) -> AuditReport:
    """Every signal once, in the order in which they were stored. Raises StoreError."""
    findings: list[Finding] = []
    checked, cursor, batch = 0, 0, await shelf.after(0, BATCH)
    kinds = {RecordKind.SIGNAL}
    while batch:
        stored = [record.stored for record in batch if record.kind in kinds]
        checked += len(stored)
        findings += [found for each in stored for found in audit(each)]
        cursor = batch[-1].cursor
        batch = await shelf.after(cursor, BATCH)
    return AuditReport(checked, tuple(findings))
