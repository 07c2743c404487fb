"""How much of the time cycles were stored, and what runs beside the requests, as a page."""

from __future__ import annotations

from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.response import Template

from argo_core.pipeline.cycle_uptime import OBJECTIVE
from argo_server.services import Services
from argo_server.web.views.shell import shell_view


@get("/uptime", include_in_schema=False)
async def uptime_page(services: NamedDependency[Services]) -> Template:
    """Windows, days, gaps and jobs."""
    status, now = services.generator.status(), services.clock.now()
    shown = {
        "uptime": await services.uptime.report(now, status.interval_seconds),
        "objective": OBJECTIVE,
        "interval": status.interval_seconds,
        "jobs": services.jobs.standings(),
        "started_at": services.started_at,
    }
    return Template("uptime.html", context={"shell": shell_view(status, now, services.reloader.status), **shown})


UPTIME_ROUTES: tuple[HTTPRouteHandler, ...] = (uptime_page,)
