"""What the audit of a whole record says."""

from __future__ import annotations

import msgspec

from alpine_core.verify.audit import Finding

MOST_TOLD = 1_000


class AuditReport(msgspec.Struct, frozen=True):
    """`checked` signals, and what about them and the records no longer holds: `found` of it, everything or the first in
    `findings`."""

    checked: int
    findings: tuple[Finding, ...]
    found: int

    def first(self) -> AuditReport:
        """The same with at most MOST_TOLD findings."""
        return AuditReport(self.checked, self.findings[:MOST_TOLD], self.found)
