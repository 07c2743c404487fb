"""What a person was told, as a page: the matters that are open, and every alert with what each channel made of it."""

from __future__ import annotations

from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.response import Template

from argo_server.services import Services
from argo_server.web.queries import AlertFilter, AnyRequest, decode_query
from argo_server.web.views.alerts import alert_row, matter_row
from argo_server.web.views.shell import shell_view


@get("/alerts", include_in_schema=False, query=AlertFilter)
async def alerts_page(request: AnyRequest, services: NamedDependency[Services]) -> Template:
    """Open matters, then alerts, newest first."""
    asked, alerts = decode_query(request, AlertFilter, blank_is_absent=True), services.alerts
    page, standing = await alerts.reader.alerts(asked.limit, asked.before), await alerts.reader.standing()
    shown = {
        "standing": tuple(map(matter_row, standing)),
        "rows": tuple(map(alert_row, page.items)),
        "channels": alerts.desk.configured,
        "rules": alerts.rules,
        "next": None if page.next_before is None else f"/alerts?limit={asked.limit}&before={page.next_before}",
    }
    shell = shell_view(services.generator.status(), services.clock.now(), services.reloader.status)
    return Template("alerts.html", context={"shell": shell, **shown})


ALERT_ROUTES: tuple[HTTPRouteHandler, ...] = (alerts_page,)
