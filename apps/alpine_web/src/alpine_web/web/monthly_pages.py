"""What each month came to, as pages for everybody, and the wish to be mailed them."""

from __future__ import annotations

from typing import Any, Literal

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from alpine_core.track_record import wilson
from alpine_web.services import Services
from alpine_web.web.account_forms import TokenForm
from alpine_web.web.own_request import members_form
from alpine_web.web.pages import page
from alpine_web.web.site import Site
from alpine_web.web.static_files import AnyRequest
from alpine_web.web.viewer import Viewer


class MailForm(TokenForm, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether the reports are to come by mail from now on."""

    wanted: Literal["yes", "no"]


@get("/reports", include_in_schema=False)
async def reports(
    services: NamedDependency[Services], site: NamedDependency[Site], viewer: NamedDependency[Viewer]
) -> Response[str]:
    """Every month, the newest first; to those who are signed in, the wish."""
    office, account = services.monthly, viewer.account
    found = await office.reports()
    return page(
        site,
        "reports.html",
        viewer=viewer,
        reports=[(each, wilson(each.won, each.count)) for each in found],
        asked=None if account is None else await office.asked(account),
        mailed=account is not None and office.may_be_mailed(account.tier),
    )


@get("/reports/{month:str}", include_in_schema=False)
async def report(
    month: FromPath[str],
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[str]:
    """One month as it was told."""
    found = await services.monthly.of_month(month)
    if found is None:
        raise NotFoundException
    return page(
        site,
        "report.html",
        viewer=viewer,
        report=found,
        won=wilson(found.won, found.count),
        lines=[(line, wilson(line.won, line.count)) for line in found.by_symbol],
    )


@post("/reports/mail", include_in_schema=False, status_code=303)
async def mail_form(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """Ask for the mails, or for no more of them."""
    sent = await members_form(request, services, viewer, MailForm)
    await services.monthly.ask(viewer.required(), sent.wanted == "yes")
    return Redirect(site.link("/reports"), status_code=303)


MONTHLY_PAGES: tuple[HTTPRouteHandler, ...] = (reports, report, mail_form)
