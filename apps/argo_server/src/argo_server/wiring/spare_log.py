"""The place for untold alerts, and its faults in the process's log."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from argo_core.errors import StoreError
from argo_core.model.untold_alert import LeftAlerts, UntoldAlert
from argo_core.ports import AlertSpare

log = structlog.get_logger(__name__)


class SpareLog:
    """`ports.AlertSpare` in front of another one. A failure to write is said once, until it can be written again."""

    def __init__(self, spare: AlertSpare) -> None:
        self._spare, self._failed = spare, False

    def load(self) -> LeftAlerts:
        left = self._spare.load()
        for fault in left.faults:
            log.error("untold_alerts_at_risk", error=fault, why="a kill while the database is away loses alerts")
        return left

    async def save(self, untold: Sequence[UntoldAlert]) -> None:
        """Raises StoreError."""
        try:
            await self._spare.save(untold)
        except StoreError as error:
            if not self._failed:
                log.error("untold_alerts_not_saved", error=str(error), alerts=len(untold))
            self._failed = True
            raise
        self._failed = False
