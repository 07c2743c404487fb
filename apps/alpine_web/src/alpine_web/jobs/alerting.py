"""The rules looked at again and again."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from alpine_core.alerts.desk import DATABASE_AWAY, AlertDesk
from alpine_core.alerts.look import AlertLook
from alpine_core.alerts.rules import Found
from alpine_core.intake.log_lag import LogLags
from alpine_web.services import Services

LOOK_SECONDS = 2.0
LONGEST_SECONDS = 4.0
"""A database that says nothing for so long does not answer."""

log = structlog.get_logger(__name__)


class Alerting:
    """One per process. From a database that stops to answer to the telling less than ten seconds pass."""

    def __init__(self, services: Services, longest_seconds: float = LONGEST_SECONDS) -> None:
        self._look, self._longest_seconds = look_of(services), longest_seconds

    async def look_for_alerts(self, services: Services) -> None:
        """By one worker of all. Where the database is away nobody knows who that is: then who holds the spare place
        tells it, one on each machine."""
        found: Found = {DATABASE_AWAY: "it does not answer"}
        if await services.alerts.answers():
            if not await services.lease.hold():
                return
            found = await self._found(services.alerts)
        for alert in await services.alerts.judge(found, services.alert_channels, services.clock.now()):
            (log.info if alert.over else log.error)("alert", matter=alert.key, message=alert.message)

    async def _found(self, alerts: AlertDesk) -> Found:
        try:
            async with asyncio.timeout(self._longest_seconds):
                return await self._look.found(await alerts.matters())
        except TimeoutError:
            return {DATABASE_AWAY: f"no answer within {self._longest_seconds:g} s"}


def look_of(services: Services) -> AlertLook:
    """Over the parts of this process."""
    return AlertLook(
        services.alarms,
        services.checks,
        LogLags(services.states, services.mirror, services.watch),
        services.shelf,
        services.members.mail_shelf,
        services.notices.deliveries,
        services.clock,
        timedelta(hours=services.settings.alerts.silent_hours),
        services.settings.integrity.at is not None,
        lambda: "" if services.secrets is None else services.secrets.away,
    )
