"""How the service does, as a page for everybody: nothing on it tells when a signal was issued."""

from __future__ import annotations

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from alpine_core.errors import StoreError
from alpine_core.feed.service_state import ServiceFacts, service_parts
from alpine_core.model.backup import LastBackup
from alpine_core.model.uptime import OBJECTIVE
from alpine_web.services import Services
from alpine_web.web.pages import page
from alpine_web.web.site import Site
from alpine_web.web.viewer import Viewer


@get("/status", include_in_schema=False)
async def status(
    services: NamedDependency[Services], site: NamedDependency[Site], viewer: NamedDependency[Viewer]
) -> Response[str]:
    """Uptime of a day, a week and a month beside the objective, and how each part is now."""
    last = await _last_backup(services)
    facts = ServiceFacts(
        now=viewer.now,
        taking_deliveries=bool(services.provider_keys),
        logs=await services.public_log.states(viewer.now),
        backups=services.backups is not None,
        backup_at=last.taken_at if last is not None and last.verified else None,
        failing=tuple(job.job for job in services.jobs.standings() if job.error is not None),
    )
    uptime = await services.uptime.report(viewer.now)
    return page(site, "status.html", viewer=viewer, uptime=uptime, objective=OBJECTIVE, parts=service_parts(facts))


STATUS_PAGES: tuple[HTTPRouteHandler, ...] = (status,)


async def _last_backup(services: Services) -> LastBackup | None:
    try:
        return None if services.backups is None else await services.backups.last()
    except StoreError:
        return None
