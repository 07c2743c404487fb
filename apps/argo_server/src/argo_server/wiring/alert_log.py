"""Alerts where no channel to a person is configured: they go into the log, and that is said."""

from __future__ import annotations

import structlog

from argo_core.model.alert import Alert, Delivery, Severity

log = structlog.get_logger(__name__)


class AlertLog:
    """`ports.Notifier` that reaches nobody. Says so once; without `warnings` those are left out."""

    def __init__(self, *, warnings: bool = True) -> None:
        self._left_out = frozenset[Severity]() if warnings else frozenset({Severity.WARNING})
        self._said = False

    async def send(self, alert: Alert) -> Delivery:
        """Never delivered: nobody is told."""
        if alert.severity in self._left_out:
            return Delivery(channel="none", delivered=False, detail="alert_on_warning is off")
        if not self._said:
            self._said = True
            log.warning("alerts_reach_nobody", why="no channel is configured: they are in this log only")
        tell = log.info if alert.resolved else log.error
        tell(
            "alert",
            matter=alert.dedup_key,
            severity=alert.severity.value,
            title=alert.title,
            message=alert.message,
            resolved=alert.resolved,
            **alert.details,
        )
        return Delivery(channel="none", delivered=False, detail="no channel is configured")
