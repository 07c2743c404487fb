"""Is what is stored still what was published? A few signals at random, or everything."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import msgspec

from argo_core.model.ledger_audit import Finding
from argo_core.model.query import SignalQuery
from argo_core.model.signal import LoggedSignal
from argo_core.pipeline.audit_ledger import LedgerAudit, Progress
from argo_core.pipeline.check_record import RecordChecker, SignalCheck, StepState
from argo_core.ports import SignalReader

PAGE = 500


class IntegrityReport(msgspec.Struct, frozen=True, kw_only=True):
    """`checked` signals, `failed` of them or of the log's own checks; `findings` name the rows."""

    success: bool
    checked: int
    failed: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Integrity:
    """Reads only; may run beside the writer. `chance` gives numbers in [0, 1)."""

    signals: SignalReader
    checker: RecordChecker
    audit: LedgerAudit
    chance: Callable[[], float]

    async def sample(self, count: int) -> IntegrityReport:
        """At most `count` different signals at random, each through every step. Raises StoreError."""
        newest = (await self.signals.signals(SignalQuery(limit=1))).items
        places = _chosen(newest[0].index, count, self.chance) if newest else []
        checks = [check for place in places for check in [await self._at(place)] if check is not None]
        return _report(len(checks), [finding for check in checks for finding in _findings(check)])

    async def everything(self, progress: Progress) -> IntegrityReport:
        """Every signal through every step, and the whole log. Raises StoreError."""
        audited = await self.audit.run(progress)
        findings, checked = list(audited.findings), 0
        async for found in self._all():
            check = await self.checker.check(found.sealed.signal.signal_id)
            findings += _findings(check)
            checked += 1
        return _report(checked, findings)

    async def _at(self, place: int) -> SignalCheck | None:
        found = (await self.signals.signals(SignalQuery(limit=1, before=place + 1))).items
        return await self.checker.check(found[0].sealed.signal.signal_id) if found else None

    async def _all(self) -> AsyncIterator[LoggedSignal]:
        before: int | None = None
        while True:
            page = await self.signals.signals(SignalQuery(limit=PAGE, before=before))
            for found in page.items:
                yield found
            if page.next_before is None:
                return
            before = page.next_before


def _chosen(newest: int, count: int, chance: Callable[[], float]) -> list[int]:
    """At most `count` different places from 1 to `newest`."""
    places = list(range(1, newest + 1)) if newest <= count else []
    seen = set(places)
    while len(seen) < min(count, newest):
        seen.add(1 + int(chance() * newest))
    return sorted(seen)


def _findings(check: SignalCheck) -> list[Finding]:
    return [
        Finding(code=f"{step.step}_failed", where=f"signal {check.signal_id}", words=step.words)
        for step in check.steps
        if step.state is StepState.FAILED
    ]


def _report(checked: int, findings: list[Finding]) -> IntegrityReport:
    failed = len({finding.where for finding in findings})
    return IntegrityReport(success=not findings, checked=checked, failed=failed, findings=tuple(findings))
