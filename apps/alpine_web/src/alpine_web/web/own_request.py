"""Requests that change something come from our own pages, or from a program that was told the token."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Any, TypeVar

from litestar import Response

from alpine_core.errors import AccountRefused
from alpine_web.refused import Refused
from alpine_web.services import Services
from alpine_web.web.account_forms import TokenForm
from alpine_web.web.body import small_body
from alpine_web.web.cookies import Cookies
from alpine_web.web.form_token import FIELD, HEADER, form_token, form_token_holds
from alpine_web.web.pages import page
from alpine_web.web.queries import decode_fields
from alpine_web.web.site import Site
from alpine_web.web.static_files import AnyRequest
from alpine_web.web.viewer import Viewer

FOREIGN_FORM = "this form has expired or is not ours: load the page again"

F = TypeVar("F", bound=TokenForm)


async def visitors_form(request: AnyRequest, services: Services, shape: type[F]) -> F:
    """The form of somebody who need not be signed in. Raises Refused 403, ReaderError, TooLarge."""
    sent = decode_fields(await small_body(request), shape)
    _require(services, Cookies(request, services.settings).form, sent.form_token)
    return sent


async def members_form(request: AnyRequest, services: Services, viewer: Viewer, shape: type[F]) -> F:
    """The form of somebody who is signed in. Raises SignInNeeded, Refused 403, ReaderError, TooLarge."""
    viewer.required()
    sent = decode_fields(await small_body(request), shape)
    _require(services, Cookies(request, services.settings).session, sent.form_token or request.headers.get(HEADER))
    return sent


def require_member(request: AnyRequest, services: Services, viewer: Viewer) -> str:
    """The token of the session, for a program that changes something. Raises SignInNeeded, Refused 403."""
    viewer.required()
    token = Cookies(request, services.settings).session
    _require(services, token, request.headers.get(HEADER))
    return str(token)


def require_own(request: AnyRequest, services: Services) -> None:
    """For a program that changes something by session or by key: with a cookie the token has to come too, since
    browsers send cookies by themselves. Raises Refused 403."""
    token = Cookies(request, services.settings).session
    if token:
        _require(services, token, request.headers.get(HEADER))


def visitors_page(
    request: AnyRequest,
    services: Services,
    site: Site,
    viewer: Viewer,
    template: str,
    status: int = HTTPStatus.OK,
    **context: object,
) -> Response[Any]:
    """A page with a form for those who need not be signed in; its token belongs to a cookie that comes with it."""
    cookies = Cookies(request, services.settings)
    cookie = cookies.form or secrets.token_urlsafe(16)
    token = form_token(services.settings.secret_key, cookie)
    answer = page(site, template, status, viewer=viewer, **{FIELD: token}, **context)
    answer.set_cookie(cookies.with_form(cookie))
    return answer


def sentence(refused: AccountRefused) -> str:
    """Why not, as a sentence of a page."""
    text = str(refused)
    return f"{text[:1].upper()}{text[1:]}."


def _require(services: Services, cookie: str | None, given: str | None) -> None:
    if not form_token_holds(services.settings.secret_key, cookie, given):
        raise Refused(HTTPStatus.FORBIDDEN, "foreign_form", FOREIGN_FORM)
