"""Signing in and out, by form and by JSON. Every sign-in makes a new session; what the browser sent before is void."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Literal, NamedTuple, TypeVar

import msgspec
from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect

from alpine_core.errors import AccountRefused
from alpine_web.refused import Refused
from alpine_web.services import Services
from alpine_web.web.account_forms import CodeForm, Email, Password, SignInForm, TokenForm
from alpine_web.web.body import small_body
from alpine_web.web.cookies import Cookies
from alpine_web.web.form_token import HEADER, form_token, form_token_holds
from alpine_web.web.json_body import json_body
from alpine_web.web.network import network_of
from alpine_web.web.operator import is_from_here
from alpine_web.web.own_request import FOREIGN_FORM, sentence, visitors_form, visitors_page
from alpine_web.web.queries import SignInPage, decode_fields, decode_query
from alpine_web.web.site import Site
from alpine_web.web.static_files import AnyRequest
from alpine_web.web.viewer import Viewer
from alpine_web.web.visitor import visitor_from

R = TypeVar("R", bound=Response[Any])

# Pages that a browser keeps for its back button too. Not its storage: there lies what it has seen of the logs.
NOTHING_KEPT = {"Clear-Site-Data": '"cache"'}
REFUSED = (
    "E-mail and password do not match, the address is not confirmed yet, or there were too many attempts. "
    "Look for our mail, or wait a little, then try again."
)
WRONG_CODE = "The code does not fit, was used before, or there were too many attempts. Wait for the next one."


class Credentials(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a program sends."""

    email: Email
    password: Password


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """`csrf_token` goes into the X-CSRF-Token header of requests that change something; the cookie is the session."""

    email: str
    tier: str
    csrf_token: str


class TicketGiven(msgspec.Struct, frozen=True, kw_only=True):
    """The password holds, and a code is needed: send `ticket` with it to `/api/auth/2fa/verify` within five minutes."""

    second_factor: Literal["required"]
    ticket: str


@get("/login", include_in_schema=False, sync_to_thread=False)
def login_page(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[str]:
    """The form."""
    return _form(request, services, site, viewer, after=decode_query(request, SignInPage).next)


@post("/login", include_in_schema=False, status_code=200)
async def login_form(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """Sign in by the form: to where the reader wanted to go, to the second step, or the form again."""
    sent = await visitors_form(request, services, SignInForm)
    found = await _first_step(request, services, sent.email, sent.password)
    if found.ticket:
        return _code_form(request, services, site, viewer, ticket=found.ticket, after=sent.next)
    if not found.token:
        return _form(request, services, site, viewer, after=sent.next, email=sent.email, refused=REFUSED)
    return _entered(request, services, site, found.token, sent.next)


@post("/login/code", include_in_schema=False, status_code=200)
async def code_form(
    request: AnyRequest,
    services: NamedDependency[Services],
    site: NamedDependency[Site],
    viewer: NamedDependency[Viewer],
) -> Response[Any]:
    """The second step: to where the reader wanted to go, the form again, or back to the first step."""
    sent = await visitors_form(request, services, CodeForm)
    try:
        token = await second_step(request, services, sent.ticket, sent.code)
    except AccountRefused as refused:
        return _form(request, services, site, viewer, after=sent.next, refused=sentence(refused))
    if token is None:
        again = {"ticket": sent.ticket, "after": sent.next, "refused": WRONG_CODE}
        return _code_form(request, services, site, viewer, **again)
    return _entered(request, services, site, token, sent.next)


@post("/logout", include_in_schema=False, status_code=303)
async def logout_form(
    request: AnyRequest, services: NamedDependency[Services], site: NamedDependency[Site]
) -> Response[Any]:
    """Sign out by the button."""
    sent = decode_fields(await small_body(request), TokenForm)
    await _sign_out(request, services, sent.form_token)
    answer = Redirect(site.link("/"), status_code=303, headers=NOTHING_KEPT)
    return _with_cookie(answer, Cookies(request, services.settings).with_session(None))


@post(["/api/auth/login", "/api/v1/auth/login"], status_code=200)
async def login(
    request: AnyRequest, services: NamedDependency[Services], site: NamedDependency[Site]
) -> Response[SignedIn | TicketGiven]:
    """Sign in by JSON `{"email", "password"}`; the session comes as a cookie. 401 if they do not match.

    With a second factor there is no session yet: the answer holds a ticket for the code.
    """
    sent = await json_body(request, Credentials)
    found = await _first_step(request, services, sent.email, sent.password)
    if found.ticket:
        return Response(TicketGiven(second_factor="required", ticket=found.ticket))
    return await signed_in_answer(request, services, site, found.token, REFUSED)


@post(["/api/auth/logout", "/api/v1/auth/logout"], status_code=204)
async def logout(
    request: AnyRequest, services: NamedDependency[Services], site: NamedDependency[Site]
) -> Response[None]:
    """End the session of the cookie; needs the X-CSRF-Token of the sign-in."""
    await _sign_out(request, services, request.headers.get(HEADER))
    answer = Response(None, status_code=HTTPStatus.NO_CONTENT, headers=NOTHING_KEPT)
    return _with_cookie(answer, Cookies(request, services.settings).with_session(None))


SIGN_IN_API: tuple[HTTPRouteHandler, ...] = (login, logout)
SIGN_IN_PAGES: tuple[HTTPRouteHandler, ...] = (login_page, login_form, code_form, logout_form)


class FirstStep(NamedTuple):
    """A session's token, a ticket for the second step, or neither."""

    token: str | None
    ticket: str | None


async def signed_in_answer(
    request: AnyRequest, services: Services, site: Site, token: str | None, refused: str
) -> Response[Any]:
    """The session of this token as the answer to a program. Raises Refused 401 without one."""
    account = None if token is None else await services.sign_in.session(token)
    if token is None or account is None:
        raise Refused(HTTPStatus.UNAUTHORIZED, "not_signed_in", refused)
    csrf_token = form_token(services.settings.secret_key, token)
    answer = Response(SignedIn(email=account.email, tier=account.tier.value, csrf_token=csrf_token))
    return _with_cookie(answer, Cookies(request, services.settings).with_session(token))


async def second_step(request: AnyRequest, services: Services, ticket: str, code: str) -> str | None:
    """A new session's token, None for a wrong code. Raises Refused 429, AccountRefused for a ticket that has ended."""
    take_attempt(request, services)
    result = await services.sign_in.second_step(ticket, code, visitor_from(request))
    return await _settle(request, services, result, WRONG_CODE)


def take_attempt(request: AnyRequest, services: Services) -> None:
    """One of the attempts that the client's address has. Raises Refused 429."""
    services.sign_in_rate.take(network_of(request))


def _form(
    request: AnyRequest,
    services: Services,
    site: Site,
    viewer: Viewer,
    *,
    after: str,
    email: str = "",
    refused: str = "",
) -> Response[str]:
    demo = services.settings.demo_account is not None
    status = HTTPStatus.UNAUTHORIZED if refused else HTTPStatus.OK
    context = {"next": after, "email": email, "refused": refused, "demo": demo}
    return visitors_page(request, services, site, viewer, "login.html", status, **context)


def _code_form(
    request: AnyRequest, services: Services, site: Site, viewer: Viewer, *, ticket: str, after: str, refused: str = ""
) -> Response[str]:
    status = HTTPStatus.UNAUTHORIZED if refused else HTTPStatus.OK
    context = {"next": after, "ticket": ticket, "refused": refused}
    return visitors_page(request, services, site, viewer, "second_step.html", status, **context)


def _entered(request: AnyRequest, services: Services, site: Site, token: str, after: str) -> Response[Any]:
    answer = Redirect(site.link(_local(after)), status_code=303)
    return _with_cookie(answer, Cookies(request, services.settings).with_session(token))


async def _first_step(request: AnyRequest, services: Services, email: str, password: str) -> FirstStep:
    """The session that the browser came with ends if another begins. Raises Refused 429."""
    take_attempt(request, services)
    demo = services.settings.demo_account
    if demo is not None and email.strip().lower() == demo.email.lower() and not is_from_here(request):
        services.metrics.count_sign_in("refused")
        return FirstStep(None, None)
    result = await services.sign_in.sign_in(email, password, visitor_from(request))
    ticket: str | None = getattr(result, "ticket", None)
    if ticket:
        return FirstStep(None, ticket)
    return FirstStep(await _settle(request, services, result, REFUSED), None)


async def _settle(request: AnyRequest, services: Services, result: object, refused: str) -> str | None:
    token: str | None = getattr(result, "token", None)
    services.metrics.count_sign_in("refused" if token is None else "accepted")
    wait: int = getattr(result, "retry_after_seconds", 0)
    if wait:
        raise Refused(HTTPStatus.TOO_MANY_REQUESTS, "wait", f"{refused} ({wait} s)", {"Retry-After": str(wait)})
    before = Cookies(request, services.settings).session
    if token is not None and before:
        await services.sign_in.sign_out(before, visitor_from(request))
    return token


async def _sign_out(request: AnyRequest, services: Services, given: str | None) -> None:
    token = Cookies(request, services.settings).session
    if not form_token_holds(services.settings.secret_key, token, given):
        raise Refused(HTTPStatus.FORBIDDEN, "foreign_form", FOREIGN_FORM)
    await services.sign_in.sign_out(str(token), visitor_from(request))


def _local(path: str) -> str:
    """The path if it is one of ours: never `//elsewhere` nor another scheme, however a browser may read it."""
    plain = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if plain else "/dashboard"


def _with_cookie(answer: R, cookie: Cookie) -> R:
    answer.set_cookie(cookie)
    return answer
