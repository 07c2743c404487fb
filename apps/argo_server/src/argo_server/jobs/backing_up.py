"""Once a day the database backed up, and the backup restored in a scratch place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from argo_core.errors import ArgoError
from argo_core.pipeline.keep_backups import backup_alert
from argo_server.services import BackupServices, Services

CHECK_SECONDS = 300
AFTER_FAILURE = timedelta(hours=3)

log = structlog.get_logger(__name__)


def schedule_backups(scheduler: AsyncIOScheduler, services: Services) -> None:
    """Add the look whether one is due to a running schedule, unless the settings turn it off: a day on which nobody was
    awake at the hour is caught up soon after the start."""
    if not services.settings.file.backups.enabled:
        return
    scheduler.add_job(
        backing_up_of(services.backups),
        "interval",
        seconds=CHECK_SECONDS,
        id="backup",
        max_instances=1,
        coalesce=True,
        misfire_grace_time=CHECK_SECONDS,
    )


def backing_up_of(backups: BackupServices) -> Callable[[], Awaitable[None]]:
    """The job. A failure is told to a person and is no failure of the process; it is tried again three hours later."""
    failed_at: list[datetime] = []

    async def back_up() -> None:
        now = backups.clock.now()
        if (failed_at and now - failed_at[-1] < AFTER_FAILURE) or not await backups.due(now):
            return
        try:
            done = await backups.run()
            why, fault, name = done.why, done.fault, done.backup.name
        except ArgoError as error:
            why, fault, name = str(error), str(error), ""
        now = backups.clock.now()
        if fault:
            failed_at[:] = [now]
            log.error("backup_failed", backup=name, why=why)
        else:
            failed_at.clear()
            log.info("backup_taken", backup=name)
        await backups.notifier.send(backup_alert(why, now))

    return back_up
