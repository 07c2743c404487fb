"""Every channel tells for itself, again after a failure: a slow or dead one delays no other."""

from __future__ import annotations

from datetime import timedelta

import structlog

from alpine_core.alerts.telling import failed, told
from alpine_core.errors import DeliveryError
from alpine_core.model.alert_delivery import AlertEnd, DueAlert
from alpine_core.ports.alert_channel import AlertChannel
from alpine_web.services import Services

TELL_SECONDS = 0.5
CLAIMED = timedelta(seconds=15)
"""Longer than a channel may take: what was claimed before a kill is told again after it."""

log = structlog.get_logger(__name__)


class AlertLine:
    """One channel."""

    def __init__(self, name: str, channel: AlertChannel) -> None:
        self._name, self._channel = name, channel
        self.job = f"tell_alerts_by_{name.replace(' ', '_')}"

    async def tell_alerts(self, services: Services) -> None:
        """Everything that is due, by any worker: what one has claimed, no other gets."""
        while True:
            now = services.clock.now()
            due = await services.alerts.claim(self._name, now, now + CLAIMED)
            if due is None:
                return
            end = await self._tell(services, due)
            await services.alerts.end(due.alert.alert_id, self._name, end)

    async def _tell(self, services: Services, due: DueAlert) -> AlertEnd:
        try:
            await self._channel.tell(due.alert)
        except DeliveryError as error:
            log.warning("alert_not_taken", channel=self._name, matter=due.alert.key, error=str(error))
            return failed(due.attempts, error, services.clock.now())
        return told(services.clock.now())
