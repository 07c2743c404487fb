"""Signing in and out, by form and by JSON. Every sign-in makes a new session; what the browser sent before is void."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect
from msgspec import Meta

from alpine_core.errors import ReaderError
from alpine_web.refused import Refused
from alpine_web.services import Services
from alpine_web.web.body import small_body
from alpine_web.web.form_token import FIELD, HEADER, form_token, form_token_holds
from alpine_web.web.operator import is_from_here
from alpine_web.web.pages import page
from alpine_web.web.queries import SignInPage, decode_fields, decode_query
from alpine_web.web.site import Site
from alpine_web.web.static_files import AnyRequest
from alpine_web.web.viewer import FORM_COOKIE, SESSION_COOKIE, Viewer, form_cookie, session_cookie

REFUSED = "E-mail and password do not match, or there were too many attempts. Wait a little, then try again."
FOREIGN_FORM = "this form has expired or is not ours: load the page again"

# No control characters: not every database can be asked for U+0000.
Email = Annotated[str, Meta(min_length=3, max_length=254, pattern=r"^[^\x00-\x1f]+$")]
Password = Annotated[str, Meta(min_length=1, max_length=1024)]

R = TypeVar("R", bound=Response[Any])


class SignInForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the page sends."""

    email: Email
    password: Password
    form_token: Annotated[str, Meta(max_length=64)] = ""
    next: Annotated[str, Meta(max_length=500)] = "/dashboard"


class SignOutForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the page's sign-out button sends."""

    form_token: Annotated[str, Meta(max_length=64)] = ""


class Credentials(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a program sends."""

    email: Email
    password: Password


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """`csrf_token` goes into the X-CSRF-Token header of requests that change something; the cookie is the session."""

    email: str
    tier: str
    csrf_token: str


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
    """Sign in by the form: to where the reader wanted to go, or the form again."""
    sent = decode_fields(await small_body(request), SignInForm)
    if not form_token_holds(services.settings.secret_key, request.cookies.get(FORM_COOKIE), sent.form_token):
        raise Refused(HTTPStatus.FORBIDDEN, "foreign_form", FOREIGN_FORM)
    token = await _sign_in(request, services, sent.email, sent.password)
    if token is None:
        return _form(request, services, site, viewer, after=sent.next, email=sent.email, refused=REFUSED)
    answer = Redirect(site.link(_local(sent.next)), status_code=303)
    return _with_cookie(answer, session_cookie(request, services.settings, token, site.cookie_path))


@post("/logout", include_in_schema=False, status_code=303)
async def logout_form(
    request: AnyRequest, services: NamedDependency[Services], site: NamedDependency[Site]
) -> Response[Any]:
    """Sign out by the button."""
    sent = decode_fields(await small_body(request), SignOutForm)
    await _sign_out(request, services, sent.form_token)
    answer = Redirect(site.link("/"), status_code=303)
    return _with_cookie(answer, session_cookie(request, services.settings, None, site.cookie_path))


@post(["/api/auth/login", "/api/v1/auth/login"], status_code=200)
async def login(
    request: AnyRequest, services: NamedDependency[Services], site: NamedDependency[Site]
) -> Response[SignedIn]:
    """Sign in by JSON `{"email", "password"}`; the session comes as a cookie. 401 if they do not match."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        # A form of another site cannot send this type without asking first.
        raise ReaderError("send application/json: an object with email and password")
    try:
        sent = msgspec.json.decode(await small_body(request), type=Credentials)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ReaderError("the body is not an object with email and password: correct it") from error
    token = await _sign_in(request, services, sent.email, sent.password)
    account = None if token is None else await services.sign_in.session(token)
    if token is None or account is None:
        raise Refused(HTTPStatus.UNAUTHORIZED, "not_signed_in", REFUSED)
    csrf_token = form_token(services.settings.secret_key, token)
    answer = Response(SignedIn(email=account.email, tier=account.tier.value, csrf_token=csrf_token))
    return _with_cookie(answer, session_cookie(request, services.settings, token, site.cookie_path))


@post(["/api/auth/logout", "/api/v1/auth/logout"], status_code=204)
async def logout(
    request: AnyRequest, services: NamedDependency[Services], site: NamedDependency[Site]
) -> Response[None]:
    """End the session of the cookie; needs the X-CSRF-Token of the sign-in."""
    await _sign_out(request, services, request.headers.get(HEADER))
    answer = Response(None, status_code=HTTPStatus.NO_CONTENT)
    return _with_cookie(answer, session_cookie(request, services.settings, None, site.cookie_path))


SIGN_IN_API: tuple[HTTPRouteHandler, ...] = (login, logout)
SIGN_IN_PAGES: tuple[HTTPRouteHandler, ...] = (login_page, login_form, logout_form)


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
    cookie = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(16)
    context = {
        FIELD: form_token(services.settings.secret_key, cookie),
        "next": after,
        "email": email,
        "refused": refused,
        "demo": services.settings.demo_account is not None,
    }
    status = HTTPStatus.UNAUTHORIZED if refused else HTTPStatus.OK
    answer = page(site, "login.html", status, viewer=viewer, **context)
    return _with_cookie(answer, form_cookie(request, services.settings, cookie, site.cookie_path))


async def _sign_in(request: AnyRequest, services: Services, email: str, password: str) -> str | None:
    """A new session's token, or None. The one that the browser came with ends. Raises Refused 429."""
    services.sign_in_rate.take(request.client.host if request.client else "")
    demo = services.settings.demo_account
    if demo is not None and email.strip().lower() == demo.email.lower() and not is_from_here(request):
        services.metrics.count_sign_in("refused")
        return None
    result = await services.sign_in.sign_in(email, password)
    token: str | None = getattr(result, "token", None)
    services.metrics.count_sign_in("refused" if token is None else "accepted")
    wait: int = getattr(result, "retry_after_seconds", 0)
    if wait:
        raise Refused(HTTPStatus.TOO_MANY_REQUESTS, "wait", f"{REFUSED} ({wait} s)", {"Retry-After": str(wait)})
    before = request.cookies.get(SESSION_COOKIE)
    if token is not None and before:
        await services.sign_in.sign_out(before)
    return token


async def _sign_out(request: AnyRequest, services: Services, given: str | None) -> None:
    token = request.cookies.get(SESSION_COOKIE)
    if not form_token_holds(services.settings.secret_key, token, given):
        raise Refused(HTTPStatus.FORBIDDEN, "foreign_form", FOREIGN_FORM)
    await services.sign_in.sign_out(str(token))


def _local(path: str) -> str:
    """The path if it is one of ours: never `//elsewhere` nor another scheme, however a browser may read it."""
    plain = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if plain else "/dashboard"


def _with_cookie(answer: R, cookie: Cookie) -> R:
    answer.set_cookie(cookie)
    return answer
