"""Administrators' pages: support reads, admin acts. Every list is filtered and paged by its address."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from alpine_core.errors import AccountRefused
from alpine_core.model import AlarmKind, EventQuery, Role, SecurityKind, Tier
from alpine_web.services import Services
from alpine_web.web.account_forms import DoneQuery, TokenForm
from alpine_web.web.admin_api import find_alarms, find_users, overview_of
from alpine_web.web.admin_queries import ActForm, AlarmFilter, EventFilter, UserFilter, ViewAsForm
from alpine_web.web.cookies import Cookies
from alpine_web.web.own_request import members_form, sentence
from alpine_web.web.pages import page
from alpine_web.web.problems import problem_of
from alpine_web.web.queries import decode_query, query_string
from alpine_web.web.site import Site
from alpine_web.web.static_files import AnyRequest
from alpine_web.web.viewer import Viewer
from alpine_web.web.visitor import visitor_from

RECENT = 20


@get("/admin", include_in_schema=False)
async def admin_page(
    services: NamedDependency[Services], site: NamedDependency[Site], viewer: NamedDependency[Viewer]
) -> Response[str]:
    """How the installation does."""
    return page(
        site,
        "admin.html",
        viewer=viewer,
        found=await overview_of(services),
        tiers=list(Tier),
        jobs=services.jobs.standings(),
        checks=[one for one in await services.checks.checks() if one.finished_at is not None],
        damaged=await services.checks.standing(RECENT),
        alerts=await services.alerts.newest(RECENT),
        channels=sorted(services.alert_channels),
    )


@get("/admin/users", include_in_schema=False)
async def users_page(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[str]:
    """Accounts by filter."""
    asked = decode_query(request, UserFilter)
    found, following = await find_users(services, asked)
    older = None if following is None else query_string(asked, after=following)
    choices: dict[str, Any] = {"tiers": list(Tier), "roles": list(Role)}
    return page(site, "admin_users.html", viewer=viewer, asked=asked, users=found, older=older, **choices)


@get("/admin/users/{account_id:str}", include_in_schema=False)
async def user_page(
    account_id: FromPath[str],
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[str]:
    """One account, and what can be done about it."""
    done = decode_query(request, DoneQuery).done
    return await _user(account_id, services, site, viewer, done=done)


@post("/admin/users/{account_id:str}/{act:str}", include_in_schema=False, status_code=303)
async def user_form(
    account_id: FromPath[str],
    act: FromPath[str],
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """Do it, or say on the account's page why it was not done."""
    sent = await members_form(request, services, viewer, ActForm)
    administration, who = services.members.administration, visitor_from(request)
    try:
        await administration.do(viewer.required(), account_id, act, who, tier=sent.tier, role=sent.role)
    except AccountRefused as refused:
        return await _user(account_id, services, site, viewer, refused=refused)
    return Redirect(site.link(f"/admin/users/{account_id}?done=yes"), status_code=303)


@get("/admin/alarms", include_in_schema=False)
async def alarms_page(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[str]:
    """Alarms by filter, the newest first."""
    asked = decode_query(request, AlarmFilter)
    found, following = await find_alarms(services, asked)
    older = None if following is None else query_string(asked, before=following)
    return page(site, "admin_alarms.html", viewer=viewer, asked=asked, alarms=found, older=older, kinds=list(AlarmKind))


@get("/admin/alarms/{alarm_id:int}/evidence", include_in_schema=False)
async def evidence_file(alarm_id: FromPath[int], services: NamedDependency[Services]) -> Response[bytes]:
    """The bytes that were offered, as they came."""
    wanted = max(0, min(alarm_id, 2**62))
    found = await services.alarms.alarms_of(None, wanted + 1, 1)
    if not found or found[0].alarm_id != wanted:
        raise NotFoundException
    headers = {"Content-Disposition": f'attachment; filename="alarm-{wanted}.bin"'}
    return Response(found[0].evidence, media_type="application/octet-stream", headers=headers)


@get("/admin/events", include_in_schema=False)
async def events_page(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[str]:
    """The log of security events by filter, the newest first."""
    asked = decode_query(request, EventFilter)
    found = await services.security_log.find(asked.query())
    older = None if found.next_before is None else query_string(asked, before=found.next_before)
    kinds = list(SecurityKind)
    return page(site, "admin_events.html", viewer=viewer, asked=asked, events=found.items, older=older, kinds=kinds)


@get("/admin/tiers", include_in_schema=False)
async def tiers_page(
    services: NamedDependency[Services], site: NamedDependency[Site], viewer: NamedDependency[Viewer]
) -> Response[str]:
    """The terms in force, member by member."""
    rows = [services.feed.entitlements.terms(tier) for tier in Tier]
    names = [name for name in rows[0].__struct_fields__ if name != "tier"]
    return page(site, "admin_tiers.html", viewer=viewer, rows=rows, names=names)


@post("/admin/mails/{mail_id:int}/retry", include_in_schema=False, status_code=303)
async def retry_form(
    mail_id: FromPath[int],
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """Send a mail that was given up again. 404 for any other."""
    await members_form(request, services, viewer, TokenForm)
    if not await services.members.mail_shelf.retry(max(0, min(mail_id, 2**62)), services.clock.now()):
        raise NotFoundException
    await services.members.administration.tell(viewer.required(), f"mail {mail_id} again", visitor_from(request))
    return Redirect(site.link("/admin"), status_code=303)


@post("/admin/view-as", include_in_schema=False, status_code=303)
async def view_as_form(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """From now on this session sees the pages as a tier does, for an hour or until it is ended."""
    sent = await members_form(request, services, viewer, ViewAsForm)
    session, who = Cookies(request, services.settings).session or "", visitor_from(request)
    ticket = await services.members.view_as.begin(viewer.required(), session, sent.tier, who)
    answer: Response[Any] = Redirect(site.link("/dashboard"), status_code=303)
    answer.set_cookie(Cookies(request, services.settings).with_view(ticket))
    return answer


@post("/admin/view-as/end", include_in_schema=False, status_code=303)
async def end_view_form(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """Back to one's own view."""
    await members_form(request, services, viewer, TokenForm)
    await services.members.view_as.end(viewer.required(), visitor_from(request))
    answer: Response[Any] = Redirect(site.link("/admin"), status_code=303)
    answer.set_cookie(Cookies(request, services.settings).with_view(""))
    return answer


ADMIN_PAGES: tuple[HTTPRouteHandler, ...] = (
    admin_page,
    users_page,
    user_page,
    user_form,
    alarms_page,
    evidence_file,
    events_page,
    tiers_page,
    retry_form,
    view_as_form,
    end_view_form,
)


async def _user(
    account_id: str,
    services: Services,
    site: Site,
    viewer: Viewer,
    *,
    done: str = "",
    refused: AccountRefused | None = None,
) -> Response[str]:
    user = await services.members.administration.account(account_id)
    recent = await services.security_log.find(EventQuery(account_id=account_id, limit=RECENT))
    return page(
        site,
        "admin_user.html",
        200 if refused is None else problem_of(refused).status,
        viewer=viewer,
        user=user,
        sessions=await services.desk.sessions.lines(user, ""),
        billing=await services.members.billing.state(user),
        events=recent.items,
        tiers=list(Tier),
        roles=list(Role),
        acts=services.members.administration.may_act(viewer.required()),
        done=done,
        refused="" if refused is None else sentence(refused),
    )
