"""The audit of the whole record, record by record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from alpine_core.ports.audit_shelf import AuditShelf
from alpine_core.ports.clock import Clock
from alpine_core.ports.log_mirror import LogMirror
from alpine_core.ports.log_watch import LogWatch
from alpine_core.ports.realised_shelf import RealisedShelf
from alpine_core.ports.signal_shelf import SignalShelf
from alpine_core.ports.witness_store import WitnessStore
from alpine_core.verify.audit_report import AuditReport
from alpine_core.verify.ledger_audit import LedgerAudit
from alpine_core.verify.record_audit import RecordAudit
from alpine_core.verify.trust_policy import TrustPolicy
from alpine_core.wire.moments import write_moment

BATCH = 500
MOST_STRAYS = 10_000
SETTLING = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class FullAudit:
    """`mirror_name`: the name under which our mirror cosigns. Reads only. Raises StoreError."""

    policy: TrustPolicy
    mirror_name: str
    rows: AuditShelf
    signals: SignalShelf
    trades: RealisedShelf
    states: WitnessStore
    mirror: LogMirror
    watch: LogWatch
    clock: Clock

    async def report(self) -> AuditReport:
        """Every record once, in the order of the numbers, then what no record announces, then each log against its
        signed checkpoints, and the records against the logs."""
        audit, logs = RecordAudit(), _Logs(self)
        for origin in await self.states.origins():
            await self._mirrored(logs.of(origin))
        while batch := await self.rows.rows(audit.cursor, BATCH):
            for row in batch:
                audit.record(row)
                stored = await self.signals.by_id(row.name)
                if stored is not None and stored.seal is not None and row.signal is not None:
                    logs.of(stored.seal.origin).signal(stored)
        await self._realised(logs)
        for stray in await self.rows.strays(MOST_STRAYS):
            audit.stray(stray)
        for log in logs.all():
            state = await self.states.state(log.origin)
            log.finish(self.clock.now(), 0 if state is None else state.size)
        found = [*audit.findings, *(finding for log in logs.all() for finding in log.findings)]
        return AuditReport(audit.checked, tuple(found), len(found))

    async def _realised(self, logs: _Logs) -> None:
        beyond = 0
        while rows := await self.trades.rows(beyond, BATCH):
            for row in rows:
                if row.origin:
                    logs.of(row.origin).realised(row)
            beyond = rows[-1].number

    async def _mirrored(self, log: LedgerAudit) -> None:
        beyond = -1
        while kept := await self.watch.checkpoints(log.origin, beyond, BATCH):
            for one in kept:
                log.checkpoint(one)
            beyond = kept[-1].size
        start = 0
        while texts := await self.mirror.entries(log.origin, start, BATCH):
            log.entries(texts, await self.mirror.hashes(log.origin, log.places_of(len(texts))))
            start += len(texts)


class _Logs:
    """Those that are known here, and those in which something stored is sealed though nothing of them is known."""

    def __init__(self, audit: FullAudit) -> None:
        self._policy, self._mirror = audit.policy, audit.mirror_name
        self._settled = write_moment(audit.clock.now() - SETTLING)
        self._logs: dict[str, LedgerAudit] = {}

    def of(self, origin: str) -> LedgerAudit:
        if origin not in self._logs:
            self._logs[origin] = LedgerAudit(self._policy, origin, self._mirror, self._settled)
        return self._logs[origin]

    def all(self) -> tuple[LedgerAudit, ...]:
        return tuple(self._logs.values())
