"""Once a day, the day before beside its replay."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from argo_core.errors import ArgoError
from argo_server.services import Services

GRACE_SECONDS = 3600

log = structlog.get_logger(__name__)


def schedule_parity(scheduler: AsyncIOScheduler, services: Services) -> None:
    """Add the comparison to a running schedule, unless the settings turn it off."""
    rules = services.settings.file.parity
    if not rules.enabled:
        return
    hour, minute = map(int, rules.at.split(":"))
    scheduler.add_job(
        comparison_of(services),
        "cron",
        hour=hour,
        minute=minute,
        id="parity",
        max_instances=1,
        coalesce=True,
        misfire_grace_time=GRACE_SECONDS,
    )


def comparison_of(services: Services) -> Callable[[], Awaitable[None]]:
    """The job: yesterday's comparison, said in the log; a day that cannot be compared is no failure of the process."""

    async def compare() -> None:
        day = (services.clock.now() - timedelta(days=1)).date()
        try:
            reports = await services.parity.run(day, None)
        except ArgoError as error:
            log.warning("parity_not_compared", day=day.isoformat(), error=str(error))
            return
        for report in reports:
            log.info("parity_compared", day=report.day, executor=report.executor_id, score=report.score)

    return compare
