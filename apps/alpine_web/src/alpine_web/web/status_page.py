"""How the service does, as a page for everybody: nothing on it tells when a signal was issued."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from alpine_core.errors import StoreError
from alpine_core.feed.public_log import LogState
from alpine_core.feed.service_state import ServiceFacts, service_parts
from alpine_core.model.backup import LastBackup
from alpine_core.model.uptime import OBJECTIVE, UptimeReport
from alpine_web.services import Services
from alpine_web.web.pages import page
from alpine_web.web.site import Site
from alpine_web.web.viewer import Viewer


@get("/status", include_in_schema=False)
async def status(
    services: NamedDependency[Services], site: NamedDependency[Site], viewer: NamedDependency[Viewer]
) -> Response[str]:
    """Uptime of a day, a week and a month beside the objective, and how each part is now; 503 with what is known while
    the database does not answer."""
    logs, uptime = await _stored(services, viewer.now)
    last = await _last_backup(services)
    facts = ServiceFacts(
        now=viewer.now,
        taking_deliveries=bool(services.provider_keys),
        logs=logs,
        backups=services.backups is not None,
        backup_at=last.taken_at if last is not None and last.verified else None,
        failing=tuple(job.job for job in services.jobs.standings() if job.error is not None),
    )
    told = {"uptime": uptime, "objective": OBJECTIVE, "parts": service_parts(facts)}
    return page(site, "status.html", 503 if logs is None else 200, viewer=viewer, **told)


STATUS_PAGES: tuple[HTTPRouteHandler, ...] = (status,)


async def _stored(services: Services, now: datetime) -> tuple[Sequence[LogState] | None, UptimeReport | None]:
    try:
        return await services.public_log.states(now), await services.uptime.report(now)
    except StoreError:
        return None, services.uptime.reckoned


async def _last_backup(services: Services) -> LastBackup | None:
    try:
        return None if services.backups is None else await services.backups.last()
    except StoreError:
        return None
