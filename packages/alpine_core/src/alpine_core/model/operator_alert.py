"""What the operator is told at once, and not only shown."""

from __future__ import annotations

from datetime import datetime

import msgspec


class OperatorAlert(msgspec.Struct, frozen=True, kw_only=True):
    """`rule` is also the name of its runbook; the same `key` is one matter, `over` closes it."""

    rule: str
    subject: str
    title: str
    message: str
    critical: bool
    at: datetime
    over: bool = False

    @property
    def key(self) -> str:
        return f"{self.rule}:{self.subject}" if self.subject else self.rule

    @property
    def alert_id(self) -> str:
        """The matter, its state and the moment: no other alert has it."""
        return f"{self.key} {self.state} {self.at.isoformat()}"

    @property
    def state(self) -> str:
        """One word for people: critical, warning or over."""
        return "over" if self.over else "critical" if self.critical else "warning"
