"""The rules looked at again and again."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from alpine_core.alerts.look import AlertLook
from alpine_core.alerts.rules import Found
from alpine_web.services import Services

LOOK_SECONDS = 5.0
LONGEST_SECONDS = 5.0
"""A database that says nothing for so long does not answer."""

log = structlog.get_logger(__name__)


class Alerting:
    """One per process; it remembers what the last hour's counts were."""

    def __init__(self, services: Services, longest_seconds: float = LONGEST_SECONDS) -> None:
        self._look, self._longest_seconds = look_of(services), longest_seconds

    async def look_for_alerts(self, services: Services) -> None:
        """By one worker of all. Where nobody can hold the lease because the database is away, everybody looks: better
        told twice than never."""
        if await services.lease.hold() or not await services.alerts.answers():
            now = services.clock.now()
            for alert in await services.alerts.judge(await self._found(), services.alert_channels, now):
                (log.info if alert.over else log.error)("alert", matter=alert.key, message=alert.message)

    async def _found(self) -> Found:
        try:
            async with asyncio.timeout(self._longest_seconds):
                return await self._look.found()
        except TimeoutError:
            return {("database_away", ""): f"no answer within {self._longest_seconds:g} s"}


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
