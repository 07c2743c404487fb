"""The rules looked at again and again."""

from __future__ import annotations

from datetime import timedelta

import structlog

from alpine_core.alerts.look import AlertLook
from alpine_web.services import Services

LOOK_SECONDS = 5.0

log = structlog.get_logger(__name__)


class Alerting:
    """One per process; it remembers what the last hour's counts were."""

    def __init__(self, services: Services) -> None:
        self._look = look_of(services)

    async def look_for_alerts(self, services: Services) -> None:
        """By one worker of all. Where nobody can hold the lease because the database is away, everybody looks: better
        told twice than never."""
        if await services.lease.hold() or not await services.alerts.answers():
            found = await self._look.found()
            for alert in await services.alerts.judge(found, services.alert_channels, services.clock.now()):
                (log.info if alert.over else log.error)("alert", matter=alert.key, message=alert.message)


def look_of(services: Services) -> AlertLook:
    """Over the parts of this process."""
    return AlertLook(
        services.alarms,
        services.states,
        services.mirror,
        services.shelf,
        services.members.mail_shelf,
        services.metrics.dead_webhooks,
        services.clock,
        timedelta(hours=services.settings.alerts.silent_hours),
        lambda: "" if services.secrets is None else services.secrets.away,
    )
