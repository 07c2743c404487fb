"""The audit of the whole record, record by record."""

from __future__ import annotations

from dataclasses import dataclass

from alpine_core.ports import AuditShelf
from alpine_core.verify.audit import Finding
from alpine_core.verify.record_audit import RecordAudit

BATCH = 500
MOST_STRAYS = 10_000


@dataclass(frozen=True, slots=True)
class AuditReport:
    """`checked` signals, and everything about them and the records that no longer holds."""

    checked: int
    findings: tuple[Finding, ...]


async def audit_record(shelf: AuditShelf) -> AuditReport:
    """Every record once, in the order of the numbers, then what no record announces. Raises StoreError."""
    audit = RecordAudit()
    while batch := await shelf.rows(audit.cursor, BATCH):
        for row in batch:
            audit.record(row)
    for stray in await shelf.strays(MOST_STRAYS):
        audit.stray(stray)
    return AuditReport(audit.checked, tuple(audit.findings))
