"""Live days beside their replays, as pages: the last score of each executor, all comparisons, and what differs."""

from __future__ import annotations

import datetime as dt

from litestar import get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Template

from argo_server.services import Services
from argo_server.web.queries import AnyRequest, DifferenceFilter, ParityFilter, decode_query, require_identifier
from argo_server.web.views.parity import difference_pages, report_view
from argo_server.web.views.shell import shell_view


@get("/parity", include_in_schema=False, query=ParityFilter)
async def parity_page(request: AnyRequest, services: NamedDependency[Services]) -> Template:
    """Scores and comparisons."""
    asked = decode_query(request, ParityFilter, blank_is_absent=True)
    page = await services.parity.reports.reports(asked.limit, asked.before)
    newest = await services.parity.reports.newest()
    following = None if page.next_before is None else f"/parity?limit={asked.limit}&before={page.next_before}"
    return _page(
        "parity.html",
        services,
        newest=tuple(map(report_view, newest)),
        rows=tuple(map(report_view, page.items)),
        rules=services.settings.file.parity,
        next=following,
    )


@get("/parity/{day:date}/{executor_id:str}", include_in_schema=False, query=DifferenceFilter)
async def day_page(
    request: AnyRequest, day: FromPath[dt.date], executor_id: FromPath[str], services: NamedDependency[Services]
) -> Template:
    """The last comparison of one day and executor, its differences a page at a time."""
    asked = decode_query(request, DifferenceFilter, blank_is_absent=True)
    found = await services.parity.reports.of_day(day.isoformat(), require_identifier(executor_id))
    if found is None:
        raise NotFoundException
    shown = difference_pages(found, asked.first, asked.limit)
    return _page("parity_day.html", services, row=report_view(found), shown=shown)


PARITY_ROUTES: tuple[HTTPRouteHandler, ...] = (parity_page, day_page)


def _page(template: str, services: Services, **context: object) -> Template:
    shell = shell_view(services.generator.status(), services.clock.now(), services.reloader.status)
    return Template(template, context={"shell": shell, **context})
