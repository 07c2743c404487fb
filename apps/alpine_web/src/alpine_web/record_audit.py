"""The audit of the whole record, record by record."""

from __future__ import annotations

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
    audit, shelf, logs = RecordAudit(), services.audit, _Logs(services)
    for origin in await services.states.origins():
        await _mirrored(logs.of(origin), services)
    while batch := await shelf.rows(audit.cursor, BATCH):
        for row in batch:
            audit.record(row)
            stored = await services.shelf.by_id(row.name)
            if stored is not None and stored.seal is not None and row.signal is not None:
                logs.of(stored.seal.origin).signal(stored)
    await _realised(logs, services)
    for stray in await shelf.strays(MOST_STRAYS):
        audit.stray(stray)
    for log in logs.all():
        state = await services.states.state(log.origin)
        log.finish(services.clock.now(), 0 if state is None else state.size)
    found = [*audit.findings, *(finding for log in logs.all() for finding in log.findings)]
    return AuditReport(audit.checked, tuple(found), len(found))


class _Logs:
    """Those that are known here, and those in which something stored is sealed though nothing of them is known."""

    def __init__(self, services: Services) -> None:
        self._policy, self._mirror = services.policy, services.settings.mirror_name
        self._settled = write_moment(services.clock.now() - SETTLING)
        self._logs: dict[str, LedgerAudit] = {}

    def of(self, origin: str) -> LedgerAudit:
        if origin not in self._logs:
            self._logs[origin] = LedgerAudit(self._policy, origin, self._mirror, self._settled)
        return self._logs[origin]

    def all(self) -> tuple[LedgerAudit, ...]:
        return tuple(self._logs.values())


async def _realised(logs: _Logs, services: Services) -> None:
    beyond = 0
    while rows := await services.realised.rows(beyond, BATCH):
        for row in rows:
            if row.origin:
                logs.of(row.origin).realised(row)
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
