"""Reports that were written, as a page, and each of their forms as a file."""

from __future__ import annotations

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Template

from argo_core.pipeline.keep_reports import MEDIA_TYPES
from argo_server.services import Services
from argo_server.web.sandbox import ALONE, POLICY
from argo_server.web.views.shell import shell_view

SHOWN = ("txt", "html")


@get("/reports", include_in_schema=False)
async def reports_page(services: NamedDependency[Services]) -> Template:
    """Every report, newest first."""
    shell = shell_view(services.generator.status(), services.clock.now(), services.reloader.status)
    held = await services.written.shelf.kept()
    rules = services.settings.file.reports
    return Template(
        "reports.html", context={"shell": shell, "kept": held.reports, "findings": held.findings, "rules": rules}
    )


@get("/reports/{year:str}/{file:str}", include_in_schema=False)
async def report_file(year: FromPath[str], file: FromPath[str], services: NamedDependency[Services]) -> Response[bytes]:
    """One form of one report: text and page to be read here, table and workbook to be saved."""
    stem, _, form = file.partition(".")
    content = await services.written.shelf.read(f"{year}/{stem}", form)
    if content is None:
        raise NotFoundException
    kind = "inline" if form in SHOWN else "attachment"
    headers = {"Content-Disposition": f'{kind}; filename="{stem}.{form}"', POLICY: ALONE}
    return Response(content, media_type=MEDIA_TYPES[form], headers=headers)


WRITTEN_REPORT_ROUTES: tuple[HTTPRouteHandler, ...] = (reports_page, report_file)
