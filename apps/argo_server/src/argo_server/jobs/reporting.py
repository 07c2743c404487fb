"""Sundays and on the first of the month, what signals and trades came to; in between, what still has to be carried."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from argo_core.errors import ArgoError
from argo_core.pipeline.keep_reports import report_alert
from argo_server.services import Services

GRACE_SECONDS = 3600

log = structlog.get_logger(__name__)


def schedule_reports(scheduler: AsyncIOScheduler, services: Services) -> None:
    """Add the reports to a running schedule, unless the settings turn them off. A Sunday that nobody was awake for is
    caught up by the first run in between."""
    rules = services.settings.file.reports
    if not rules.enabled:
        return
    job, at = reporting_of(services), services.written.at
    common = {"max_instances": 1, "coalesce": True}
    scheduler.add_job(
        job, "cron", day_of_week="sun", hour=at.hour, minute=at.minute, id="reports_due",
        misfire_grace_time=GRACE_SECONDS, **common,
    )  # fmt: skip
    minutes = rules.retry_minutes
    scheduler.add_job(
        job, "interval", minutes=minutes, id="reports_delivery", misfire_grace_time=60 * minutes, **common
    )


def reporting_of(services: Services) -> Callable[[], Awaitable[None]]:
    """The job: what is due and missing, and what waits. A failure is told to a person, once, and is no failure of the
    process; its end is told by the first run that goes well, also after a restart."""
    for form, why in services.written.left_out().items():
        log.warning("report_form_left_out", form=form, why=why)

    told: list[str] = []

    async def keep_up() -> None:
        keeper = services.written.keeper
        try:
            done = await keeper.keep_up(services.written.at)
            carried, why = done.carried, done.why
        except ArgoError as error:
            carried, why = (), str(error)
        for kept in carried:
            log.info("report_carried", name=kept.name, uploaded=list(kept.uploaded), failed=kept.failed)
        if told != [why]:
            if why:
                log.warning("reports_not_kept", error=why)
            delivery = await keeper.notifier.send(report_alert(why, keeper.clock.now()))
            told[:] = [why] if delivery.delivered else told

    return keep_up
