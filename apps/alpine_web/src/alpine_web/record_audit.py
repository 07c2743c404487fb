"""The audit of the whole record, record by record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from alpine_core.verify.audit_report import AuditReport
from alpine_core.verify.ledger_audit import LedgerAudit
from alpine_core.verify.record_audit import RecordAudit
from alpine_core.wire.moments import write_moment
from alpine_web.services import Services

BATCH = 500
MOST_STRAYS = 10_000
SETTLING = timedelta(minutes=5)


async def audit_record(services: Services) -> AuditReport:
    """Every record once, in the order of the numbers, then what no record announces, then each log against its signed
    checkpoints, and the records against the logs. Raises StoreError."""
    audit, shelf = RecordAudit(), services.audit
    settled = write_moment(services.clock.now() - SETTLING)
    logs = [
        LedgerAudit(services.policy, origin, services.settings.mirror_name, settled)
        for origin in await services.states.origins()
    ]
    for log in logs:
        await _mirrored(log, services)
    while batch := await shelf.rows(audit.cursor, BATCH):
        for row in batch:
            audit.record(row)
            stored = await services.shelf.by_id(row.name)
            if stored is not None and row.signal is not None:
                for log in logs:
                    log.signal(stored)
    await _realised(logs, services)
    for stray in await shelf.strays(MOST_STRAYS):
        audit.stray(stray)
    for log in logs:
        log.finish(services.clock.now())
    found = [*audit.findings, *(finding for log in logs for finding in log.findings)]
    return AuditReport(audit.checked, tuple(found), len(found))


async def _realised(logs: Sequence[LedgerAudit], services: Services) -> None:
    beyond = 0
    while rows := await services.realised.rows(beyond, BATCH):
        for log in logs:
            for row in rows:
                log.realised(row)
        beyond = rows[-1].number


async def _mirrored(log: LedgerAudit, services: Services) -> None:
    beyond = -1
    while kept := await services.watch.checkpoints(log.origin, beyond, BATCH):
        for one in kept:
            log.checkpoint(one)
        beyond = kept[-1].size
    start = 0
    while texts := await services.mirror.entries(log.origin, start, BATCH):
        log.entries(texts, await services.mirror.hashes(log.origin, log.places_of(len(texts))))
        start += len(texts)
