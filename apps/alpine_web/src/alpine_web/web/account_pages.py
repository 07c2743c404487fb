"""The account's own page and what can be done there; each act answers with the page, or with why it was not done."""

from __future__ import annotations

from collections.abc import Awaitable
from http import HTTPStatus
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from alpine_core.errors import AccountRefused
from alpine_web.services import Services
from alpine_web.web.account_forms import (
    ChangeEmailForm,
    ChangePasswordForm,
    DoneQuery,
    EventsQuery,
    HandleForm,
    OneCodeForm,
    PasswordAndCodeForm,
    PasswordForm,
    ProfileForm,
    TokenForm,
)
from alpine_web.web.cookies import Cookies
from alpine_web.web.own_request import members_form, sentence
from alpine_web.web.pages import page
from alpine_web.web.problems import problem_of
from alpine_web.web.queries import decode_query
from alpine_web.web.site import Site
from alpine_web.web.static_files import AnyRequest
from alpine_web.web.viewer import Viewer
from alpine_web.web.views.qr import qr_svg
from alpine_web.web.visitor import visitor_from

EVENTS = 50


@get("/account", include_in_schema=False)
async def account_page(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """Profile, password, address, second factor, sessions."""
    viewer.required()
    return await _account(request, services, site, viewer, done=decode_query(request, DoneQuery).done)


@post("/account/profile", include_in_schema=False, status_code=303)
async def profile_form(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """What pages call the holder."""
    sent = await members_form(request, services, viewer, ProfileForm)
    act = services.desk.profile.rename(viewer.required(), sent.display_name)
    return await _act(act, request, services, site, viewer, "profile")


@post("/account/password", include_in_schema=False, status_code=303)
async def password_form(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """Change the password; other sessions end."""
    sent = await members_form(request, services, viewer, ChangePasswordForm)
    change, who = services.desk.passwords.change, visitor_from(request)
    act = change(viewer.required(), _session(request, services), sent.password, sent.new_password, who, sent.code)
    return await _act(act, request, services, site, viewer, "password")


@post("/account/email", include_in_schema=False, status_code=303)
async def email_form(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """Send the link to a new address."""
    sent = await members_form(request, services, viewer, ChangeEmailForm)
    services.members.mail_rate.take(sent.email.strip().lower())
    ask, who = services.desk.email.ask_change, visitor_from(request)
    act = ask(viewer.required(), sent.password, sent.email, who, sent.code)
    return await _act(act, request, services, site, viewer, "email")


@get("/account/second-factor", include_in_schema=False)
async def factor_page(
    services: NamedDependency[Services], site: NamedDependency[Site], viewer: NamedDependency[Viewer]
) -> Response[Any]:
    """The QR code of a factor that waits for its first code; without one, back to the account."""
    return await _factor(services, site, viewer)


@post("/account/second-factor", include_in_schema=False, status_code=303)
async def begin_factor_form(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """Begin to set one up."""
    sent = await members_form(request, services, viewer, PasswordForm)
    act = services.desk.second_factor.begin(viewer.required(), sent.password)
    return await _act(act, request, services, site, viewer, "second-factor", "/account/second-factor")


@post("/account/second-factor/confirm", include_in_schema=False, status_code=200)
async def confirm_factor_form(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """The first code: recovery codes, this once."""
    sent = await members_form(request, services, viewer, OneCodeForm)
    confirm, who = services.desk.second_factor.confirm, visitor_from(request)
    try:
        codes = await confirm(viewer.required(), sent.code, _session(request, services), who)
    except AccountRefused as refused:
        return await _factor(services, site, viewer, refused)
    return page(site, "recovery_codes.html", viewer=viewer, codes=codes)


@post("/account/second-factor/codes", include_in_schema=False, status_code=200)
async def renew_codes_form(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """New recovery codes, this once."""
    sent = await members_form(request, services, viewer, PasswordAndCodeForm)
    renew, who = services.desk.second_factor.renew_codes, visitor_from(request)
    try:
        codes = await renew(viewer.required(), sent.password, sent.code, who)
    except AccountRefused as refused:
        return await _account(request, services, site, viewer, refused=refused, part="second-factor")
    return page(site, "recovery_codes.html", viewer=viewer, codes=codes)


@post("/account/second-factor/disable", include_in_schema=False, status_code=303)
async def disable_factor_form(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """Take it away, with password and code."""
    sent = await members_form(request, services, viewer, PasswordAndCodeForm)
    disable, who = services.desk.second_factor.disable, visitor_from(request)
    act = disable(viewer.required(), sent.password, sent.code, who)
    return await _act(act, request, services, site, viewer, "second-factor")


@post("/account/sessions/revoke", include_in_schema=False, status_code=303)
async def revoke_form(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """End one session; one that has ended already, or is another's, changes nothing."""
    sent = await members_form(request, services, viewer, HandleForm)
    act = services.desk.sessions.revoke(viewer.required(), sent.handle, visitor_from(request))
    return await _act(act, request, services, site, viewer, "sessions")


@post("/account/sessions/revoke-others", include_in_schema=False, status_code=303)
async def revoke_others_form(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """End every session but this one."""
    await members_form(request, services, viewer, TokenForm)
    act = services.desk.sessions.revoke_others(viewer.required(), _session(request, services), visitor_from(request))
    return await _act(act, request, services, site, viewer, "sessions")


@get("/account/security", include_in_schema=False)
async def security_page(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """What happened around the account, newest first."""
    account = viewer.required()
    asked = decode_query(request, EventsQuery)
    found = await services.security_log.page(account.account_id, asked.before, EVENTS)
    return page(site, "security.html", viewer=viewer, events=found.items, older=found.next_before)


ACCOUNT_PAGES: tuple[HTTPRouteHandler, ...] = (
    account_page,
    profile_form,
    password_form,
    email_form,
    factor_page,
    begin_factor_form,
    confirm_factor_form,
    renew_codes_form,
    disable_factor_form,
    revoke_form,
    revoke_others_form,
    security_page,
)


def _session(request: AnyRequest, services: Services) -> str:
    return Cookies(request, services.settings).session or ""


async def _act(
    act: Awaitable[object],
    request: AnyRequest,
    services: Services,
    site: Site,
    viewer: Viewer,
    part: str,
    after: str = "",
) -> Response[Any]:
    """Do it and show the account again, or say in its part of the page why it was not done."""
    try:
        await act
    except AccountRefused as refused:
        return await _account(request, services, site, viewer, refused=refused, part=part)
    return Redirect(site.link(after or f"/account?done={part}"), status_code=303)


async def _account(
    request: AnyRequest,
    services: Services,
    site: Site,
    viewer: Viewer,
    *,
    done: str = "",
    refused: AccountRefused | None = None,
    part: str = "",
) -> Response[Any]:
    account = viewer.required()
    status = HTTPStatus.OK if refused is None else problem_of(refused).status
    return page(
        site,
        "account.html",
        status,
        viewer=viewer,
        account=account,
        factor=await services.desk.second_factor.state(account),
        sessions=await services.desk.sessions.lines(account, _session(request, services)),
        done=done,
        part=part,
        refused="" if refused is None else sentence(refused),
    )


async def _factor(
    services: Services, site: Site, viewer: Viewer, refused: AccountRefused | None = None
) -> Response[Any]:
    account = viewer.required()
    factor = await services.desk.second_factor.state(account)
    if factor is None or factor.confirmed_at is not None:
        return Redirect(site.link("/account"), status_code=303)
    setup = services.desk.second_factor.setup(account, factor)
    return page(
        site,
        "second_factor.html",
        HTTPStatus.OK if refused is None else problem_of(refused).status,
        viewer=viewer,
        secret=" ".join(setup.secret[start : start + 4] for start in range(0, len(setup.secret), 4)),
        qr=qr_svg(setup.uri, "The secret as a QR code for an authenticator app"),
        refused="" if refused is None else sentence(refused),
    )
