"""Alerts into the process's log, and on to the desk that keeps and tells them."""

from __future__ import annotations

import structlog

from argo_core.model.alert import Alert, Delivery, Severity
from argo_core.pipeline.alert_desk import AlertDesk

log = structlog.get_logger(__name__)


class AlertLog:
    """`ports.Notifier` in front of the desk. Says once if no channel reaches a person; without `warnings` those are
    left out."""

    def __init__(self, desk: AlertDesk, *, warnings: bool = True) -> None:
        self._desk = desk
        self._left_out = frozenset[Severity]() if warnings else frozenset({Severity.WARNING})
        self._said = False

    async def send(self, alert: Alert) -> Delivery:
        """What became of handing it in."""
        if alert.severity in self._left_out:
            return Delivery(channel="none", delivered=True, detail="alert_on_warning is off")
        if not self._said and not self._desk.configured:
            self._said = True
            log.warning("alerts_reach_nobody", why="no channel is configured: they are kept and logged only")
        tell = log.info if alert.resolved else log.error
        tell(
            "alert",
            matter=alert.dedup_key,
            severity=alert.severity.value,
            title=alert.title,
            message=alert.message,
            resolved=alert.resolved,
            runbook=alert.runbook,
            details=alert.details,
        )
        return await self._desk.send(alert)
