"""What the integrity checks of this process found."""

from __future__ import annotations

from datetime import datetime

import msgspec

from argo_core.pipeline.integrity import IntegrityReport

SAMPLE, FULL = "sample", "full"
NAMED_ROWS = 10


class IntegrityCheck(msgspec.Struct, frozen=True, kw_only=True):
    """The newest check of a kind: `sample` or `full`. `runs` and `found` (rows that
    failed) count since the process started, `rows` names the first
    of what was found."""

    kind: str
    finished_at: datetime
    success: bool
    checked: int
    failed: int
    runs: int
    found: int = 0
    rows: tuple[str, ...] = ()


class IntegrityRecord:
    """The newest check of each kind."""

    def __init__(self) -> None:
        self._newest: dict[str, IntegrityCheck] = {}

    def note(self, kind: str, report: IntegrityReport, finished_at: datetime) -> None:
        """A check has finished."""
        before = self._newest.get(kind)
        self._newest[kind] = IntegrityCheck(
            kind=kind,
            finished_at=finished_at,
            success=report.success,
            checked=report.checked,
            failed=report.failed,
            runs=1 + (0 if before is None else before.runs),
            found=report.failed + (0 if before is None else before.found),
            rows=tuple(dict.fromkeys(finding.where for finding in report.findings))[:NAMED_ROWS],
        )

    def newest(self) -> tuple[IntegrityCheck, ...]:
        """By kind."""
        return tuple(self._newest[kind] for kind in sorted(self._newest))
