"""The rules looked at again and again, and each channel at work by itself."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from alpine_core.alerts.look import AlertLook
from alpine_core.alerts.rules import judged
from alpine_core.errors import StoreError
from alpine_web.jobs.alert_lines import AlertTeller
from alpine_web.services import Services

LOOK_SECONDS = 5.0

log = structlog.get_logger(__name__)


async def tell_operator(services: Services) -> None:
    """Until it is cancelled. By one worker of all; one that takes over looks anew, so that nothing is missed."""
    teller, look = AlertTeller(services.alert_channels), look_of(services)
    standing: dict[tuple[str, str], str] = {}
    async with asyncio.TaskGroup() as group:
        for line in teller.lines:
            group.create_task(line.run())
        while True:
            if await _ours(services):
                standing, alerts = judged(standing, await look.found(), services.clock.now())
                for alert in alerts:
                    (log.info if alert.over else log.error)("alert", matter=alert.key, message=alert.message)
                    teller.take(alert)
            else:
                standing = {}
            await asyncio.sleep(LOOK_SECONDS)


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


async def _ours(services: Services) -> bool:
    """Where nobody can hold the lease because the database is away, everybody tells it: better twice than never."""
    try:
        return await services.lease.hold()
    except StoreError:
        return True
